import type { Clock } from '#p2p/environment.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { systemRandom } from '#kernel/system-random.ts';
import { EtcdRegisters } from '#p2p/registers/etcd/etcd-registers.ts';
import { EtcdGateway, type GatewayInit } from '#p2p/registers/etcd/gateway.ts';
import { HttpClient, type HttpPost, type TlsFiles } from '#p2p/registers/etcd/http-post.ts';
import { EtcdServers } from '#tests/support/etcd-servers.ts';
import { quiet } from '#tests/support/quiet.ts';

const STARTED_WITHIN_MS = 30_000;

export interface ClientInit extends Partial<GatewayInit> {
  readonly tls?: TlsFiles;
  /** Default the machine's. */
  readonly clock?: Clock;
  readonly founding?: boolean;
  readonly cluster?: string;
  readonly life?: { readonly node: string; readonly incarnation: number };
  /** Stands between the client and the network. */
  readonly through?: (post: HttpPost) => HttpPost;
}

/** Real servers of etcd, and nodes of one cluster that keep their registers there. */
export class EtcdWorld implements AsyncDisposable {
  readonly servers: EtcdServers;
  readonly #opened: (Disposable | AsyncDisposable)[] = [];

  private constructor(servers: EtcdServers) {
    this.servers = servers;
  }

  /** The registers are begun, by the first client. */
  static async start(
    count: number,
    scheme: 'http' | 'https' = 'http',
  ): Promise<EtcdWorld & { readonly first: EtcdRegisters }> {
    const world = new EtcdWorld(await EtcdServers.start(count, scheme));
    try {
      const tls = scheme === 'https' ? { ca: await world.servers.ca() } : {};
      const first = world.client({ founding: true, tls });
      const begun = await first.change('first', () => ({ value: undefined }), STARTED_WITHIN_MS);
      if (begun.tag !== 'ok') throw new Error('etcd does not answer');
      return Object.assign(world, { first });
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
  }

  gateway({ tls = {}, through, clock = systemClock, ...init }: ClientInit = {}): EtcdGateway {
    const client = new HttpClient(tls);
    this.#opened.push(client);
    const post = through?.(client.post) ?? client.post;
    const { endpoints } = this.servers;
    return new EtcdGateway({ clock, logger: quiet, post }, { endpoints, ...init });
  }

  client({
    founding = false,
    cluster = 'c1',
    life = { node: 'n0', incarnation: 1 },
    ...init
  }: ClientInit = {}): EtcdRegisters {
    const registers = new EtcdRegisters(
      {
        clock: init.clock ?? systemClock,
        random: systemRandom,
        logger: quiet,
        gateway: this.gateway(init),
      },
      { cluster, life, founding, onFounded: async () => {} },
    );
    this.#opened.push(registers);
    return registers;
  }

  /** Asks etcd itself, as a person would. */
  async etcd(path: string, request: unknown, init: ClientInit = {}): Promise<unknown> {
    return this.gateway(init).ask(path, request, systemClock.now() + STARTED_WITHIN_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of this.#opened.toReversed())
      if (Symbol.asyncDispose in each) await each[Symbol.asyncDispose]();
      else each[Symbol.dispose]();
    await this.servers[Symbol.asyncDispose]();
  }
}
