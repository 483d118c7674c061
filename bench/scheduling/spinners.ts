import type { PosivClient } from '#node/control/client.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import { valueOf } from '../cluster/vtask-run.ts';

/** vTasks that compute without end, until they are killed. */
export class Spinners implements AsyncDisposable {
  readonly vtids: readonly string[];
  readonly #client: PosivClient;

  private constructor(client: PosivClient, vtids: readonly string[]) {
    this.#client = client;
    this.vtids = vtids;
  }

  /** Starts one of each weight. Resolves when all of them run. */
  static async start(
    client: PosivClient,
    image: string,
    weights: readonly number[],
  ): Promise<Spinners> {
    const vtids: string[] = [];
    for (const cpuWeight of weights) {
      const quota = { ...DEFAULT_QUOTA, cpuWeight };
      vtids.push(
        await valueOf(client.vtask.new(undefined, image, [], { ...DEFAULT_OPTIONS, quota })),
      );
    }
    const spinners = new Spinners(client, vtids);
    for (const vtid of vtids) await valueOf(client.vtask.sched(vtid));
    while ((await spinners.cpuUs()).includes(0));
    return spinners;
  }

  /** Microseconds of processor time that each has used, as last reported, read at the same time. At most 1,000 of them. */
  async cpuUs(): Promise<readonly number[]> {
    const all = await valueOf(this.#client.vtask.list(undefined));
    const used = new Map(all.map(({ vtid, cpuUs }) => [vtid, cpuUs]));
    return this.vtids.map((vtid) => used.get(vtid) ?? 0);
  }

  /** Kills one. Resolves to the milliseconds until nothing of it had effect any more. */
  async kill(vtid: string): Promise<number> {
    const since = performance.now();
    await valueOf(this.#client.vtask.kill(vtid));
    return performance.now() - since;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const vtid of this.vtids) await valueOf(this.#client.vtask.kill(vtid));
  }
}
