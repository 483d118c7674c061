import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { EtcdServers, hasEtcd } from '#tests/support/etcd-servers.ts';

const STARTED_WITHIN_MS = 30_000;

/** Three servers of etcd on loopback, asked over their JSON gateway; undefined where etcd is not installed. */
export async function startEtcd(): Promise<EtcdCluster | undefined> {
  return hasEtcd() ? EtcdCluster.start() : undefined;
}

class EtcdCluster implements AsyncDisposable {
  readonly #servers: EtcdServers;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  private constructor(servers: EtcdServers) {
    this.#servers = servers;
  }

  static async start(): Promise<EtcdCluster> {
    const cluster = new EtcdCluster(await EtcdServers.start(3));
    const until = performance.now() + STARTED_WITHIN_MS;
    for (;;)
      try {
        await cluster.swap('first', 0, new Uint8Array(1));
        return cluster;
      } catch (cause) {
        if (performance.now() < until) continue;
        await cluster[Symbol.asyncDispose]();
        throw new Error('etcd does not answer', { cause });
      }
  }

  /** Writes a key if it has been written so many times. @returns whether it was written */
  async swap(key: string, version: number, value: Uint8Array): Promise<boolean> {
    const name = Buffer.from(key).toString('base64');
    const answer = (await this.#post('/v3/kv/txn', {
      compare: [{ key: name, target: 'VERSION', result: 'EQUAL', version: `${version}` }],
      success: [{ request_put: { key: name, value: Buffer.from(value).toString('base64') } }],
    })) as { succeeded?: boolean };
    return answer.succeeded === true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await this.#servers[Symbol.asyncDispose]();
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    const asked = request(this.#servers.endpoints[0] + path, {
      method: 'POST',
      agent: this.#agent,
      headers: { 'content-type': 'application/json' },
    });
    asked.end(JSON.stringify(body));
    const [answer] = (await once(asked, 'response')) as [
      AsyncIterable<Buffer> & { statusCode: number },
    ];
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part);
    const text = Buffer.concat(parts).toString();
    if (answer.statusCode !== 200) throw new Error(`etcd: ${text}`);
    return JSON.parse(text);
  }
}
