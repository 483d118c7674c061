import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '#cli/folders.ts';
import { defaultConfig, type NodeConfig } from '#node/config.ts';
import { connectControl } from '#node/control/client.ts';
import { nodeCode } from '#node/node-code.ts';
import { monotonicMs } from '#tests/integration/monotonic.ts';
import {
  loopback,
  NamespaceNetwork,
  whyNoNetns,
  type Network,
} from '#tests/integration/network.ts';
import { valueOf } from '../cluster/vtask-run.ts';
import { Observed } from './observed.ts';

export interface ObservedClusterInit {
  readonly nodes: number;
  /** Told why nodes cannot be cut off, where they cannot. */
  readonly note: (text: string) => void;
}

interface Place {
  observed: Observed;
  id: string;
}

/** Nodes as processes of their own, a network namespace each where root allows that, whose opinions are heard. */
export class ObservedCluster implements AsyncDisposable {
  readonly network: Network;
  readonly #folder: string;
  /** See `loadNode`. */
  readonly #code: string;
  readonly #nodes: number;
  readonly #places: Place[] = [];
  #bootstrap: readonly string[] = [];
  #ticket: string | undefined;

  private constructor(folder: string, code: string, network: Network, nodes: number) {
    this.#folder = folder;
    this.#code = code;
    this.network = network;
    this.#nodes = nodes;
  }

  static async make({ nodes, note }: ObservedClusterInit): Promise<ObservedCluster> {
    const why = await whyNoNetns();
    if (why !== undefined) note(`not run: what needs network namespaces, ${why}`);
    const network = why === undefined ? await NamespaceNetwork.make(nodes) : loopback();
    const code = await nodeCode(cacheDir());
    const folder = await mkdtemp(join(tmpdir(), 'vstar-bench-'));
    return new ObservedCluster(folder, code, network, nodes);
  }

  get nodes(): readonly Observed[] {
    return this.#places.map(({ observed }) => observed);
  }

  idOf(at: number): string {
    return this.#places[at]!.id;
  }

  /**
   * Starts all of them, each of which joins by the first.
   * @param cold counts the start of their processes, which else have loaded their code before
   * @returns milliseconds until each knew of every other as up, and until each was connected with every other
   */
  async start({ cold }: { readonly cold: boolean }): Promise<{ view: number; mesh: number }> {
    let began = monotonicMs();
    const all = Array.from({ length: this.#nodes }, (_, at) => {
      return new Observed(this.#code, this.network.within(at));
    });
    for (const observed of all) this.#places.push({ observed, id: '' });
    if (!cold) {
      await Promise.all(all.map(({ loaded }) => loaded));
      began = monotonicMs();
    }
    const { addresses, socket } = await this.#startAt(0);
    this.#bootstrap = addresses;
    this.#ticket = await ticketOf(socket, this.#nodes);
    await Promise.all(all.slice(1).map((_, at) => this.#startAt(at + 1)));
    const seen = await Promise.all(all.map((observed) => observed.seesAll()));
    const connected = await Promise.all(all.map((observed) => observed.whole()));
    return { view: Math.max(...seen) - began, mesh: Math.max(...connected) - began };
  }

  /** Starts a node again whose process was killed. */
  async startAgain(at: number): Promise<void> {
    this.#places[at]!.observed = new Observed(this.#code, this.network.within(at));
    await this.#startAt(at);
  }

  /** Ends all processes, and forgets what they have stored. */
  async stop(): Promise<void> {
    await Promise.all(this.#places.splice(0).map(({ observed }) => observed.stop()));
    await rm(this.#folder, { recursive: true, force: true });
    this.#bootstrap = [];
    this.#ticket = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.network[Symbol.asyncDispose]();
  }

  async #startAt(at: number): ReturnType<Observed['start']> {
    const place = this.#places[at]!;
    const started = await place.observed.start({
      config: this.#config(at),
      others: this.#nodes - 1,
    });
    place.id = started.id;
    return started;
  }

  #config(at: number): NodeConfig {
    const defaults = defaultConfig();
    return {
      ...defaults,
      name: `node-${at + 1}`,
      dataDir: join(this.#folder, `node-${at + 1}`),
      cacheDir: cacheDir(),
      listen: [this.network.listen(at)],
      bootstrap: this.#bootstrap,
      ticket: this.#ticket,
      lanes: 1,
      cells: { ...defaults.cells, warm: 0 },
      logLevel: 'error',
    };
  }
}

async function ticketOf(socket: string, uses: number): Promise<string> {
  const client = await connectControl({ socket });
  try {
    const wish = { ttlMs: 0, uses, node: undefined, admits: true };
    return (await valueOf(client.admission.createTicket(wish))).text;
  } finally {
    await client.close();
  }
}
