import type { ExecutionContext } from 'ava';
import { MachineMaster, type MachineInfo } from '#cli/machine/master.ts';
import { talk } from '#cli/machine/typing.ts';
import { connectControl, type PosivClient } from '#node/control/client.ts';
import type { SharedCluster, SharedNode } from './shared-cluster.ts';
import type { Ended } from './vstar-process.ts';

/** Whom it is asked of, and in whose name. */
export interface By {
  /** Default: the first. */
  readonly node?: SharedNode | undefined;
  /** Default: the owner's. */
  readonly tenant?: string | undefined;
}

const { signal } = new AbortController();

/** The machines of a cluster, for tests. */
export class MachineCalls {
  readonly #cluster: () => SharedCluster;

  constructor(cluster: () => SharedCluster) {
    this.#cluster = cluster;
  }

  /** `vstar machine`, which has to succeed. */
  async vstar(
    t: ExecutionContext,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    const ended = await this.#cluster().vstar(['machine', ...args], { env });
    t.is(ended.status, 0, ended.stderr);
    return ended;
  }

  /** What the master says of a machine; undefined where there is none of this name. */
  machine(name: string, by?: By): Promise<MachineInfo | undefined> {
    return this.withMaster(async (master) => {
      const all = await master.list();
      return all.find((each) => each.name === name);
    }, by);
  }

  /** Types words on the console of a machine. @param until nothing for whatever it says first @returns what it says, until it has said that */
  talk(name: string, words: string, until: string, by?: By): Promise<string> {
    return this.withMaster(async (master, client) => {
      const { vtid, state, error } = await master.find(name);
      if (vtid === null) throw new Error(`${name} is ${state}: ${error}`);
      const said = await talk(client, vtid, words, until, signal);
      if (said === undefined) throw new Error(`${name} ended without saying ${until}`);
      return said;
    }, by);
  }

  /** What a machine's shell says to some words; the sum at the end is written by it alone, not by what echoes the words. */
  say(name: string, words: string, by?: By): Promise<string> {
    return this.talk(name, `${words}; echo said-$((40+2))\n`, 'said-42', by);
  }

  /** Asks the master of machines. */
  async withMaster<T>(
    work: (master: MachineMaster, client: PosivClient) => Promise<T>,
    { node = this.#cluster().nodes[0]!, tenant }: By = {},
  ): Promise<T> {
    const client = await connectControl({
      socket: node.socket,
      ...(tenant !== undefined && { tenant }),
    });
    try {
      return await work(await MachineMaster.of(client, signal, () => {}), client);
    } finally {
      await client.close();
    }
  }
}
