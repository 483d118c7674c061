import type { Collected, Collector } from './collector.ts';
import { whyNot } from './collector.ts';
import type { Clock, Logger } from './components.ts';
import type { Absences } from './absences.ts';
import type { BlobRepair } from './blob-repair.ts';
import type { PathRepair } from './path-repair.ts';
import type { PathSettling } from './path-settling.ts';
import type { Peers } from './peer.ts';
import type { Surplus } from './surplus.ts';

/** How often it is looked at who is there. */
const TICK_MS = 5_000;
const TICKS_A_ROUND = 12; // once a minute: what was given up goes, paths are settled
const ROUNDS_A_SWEEP = 10; // every ten minutes everything is asked for

export interface MaintenanceComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly peers: Peers;
  readonly absences: Absences;
  readonly pathRepair: PathRepair;
  readonly blobRepair: BlobRepair;
  readonly settling: PathSettling;
  readonly collector: Collector;
  readonly surplus: Surplus;
}

/** Does in the background what nobody waits for: bringing back copies that are missing, collecting garbage. */
export class Maintenance implements AsyncDisposable {
  readonly #components: MaintenanceComponents;
  #tick = 0;
  #swept = false; // what the last run of the program left behind has been looked at
  #cancel: () => void = () => {};
  #work: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(components: MaintenanceComponents) {
    this.#components = components;
  }

  start(): void {
    this.#schedule(0);
  }

  /**
   * Looks for everything of which there are fewer copies than there should be.
   * @throws {unreachable}
   */
  repair(): Promise<void> {
    return this.#enqueue(async () => {
      this.#components.absences.look();
      await this.#components.pathRepair.run(true);
      await this.#components.blobRepair.run(true);
    });
  }

  /**
   * A round over everything.
   * @throws {unreachable}
   */
  collect(): Promise<Collected & { readonly surplus: number }> {
    return this.#enqueue(async () => {
      const collected = await this.#components.collector.run(true);
      return { ...collected, surplus: await this.#components.surplus.run(true) };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#components.blobRepair[Symbol.asyncDispose]();
    await this.#work;
  }

  #schedule(ms: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#components.clock.after(ms, () => {
      void this.#enqueue(() => this.#run()).finally(() => this.#schedule(TICK_MS));
    });
  }

  /** One thing at a time. */
  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    this.#work = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  async #run(): Promise<void> {
    const { peers, absences, pathRepair, blobRepair, settling, collector, surplus } =
      this.#components;
    if (this.#stopped || !peers.ready()) return;
    const tick = this.#tick++;
    absences.look();
    const sweep = tick % (TICKS_A_ROUND * ROUNDS_A_SWEEP) === 0;
    await this.#attempt('not all paths were brought where they belong', () =>
      pathRepair.run(sweep),
    );
    blobRepair.start(sweep); // it may take hours: nothing waits for it
    await this.#attempt('paths were not settled', () => settling.run());
    if (tick % TICKS_A_ROUND !== 0) return;
    const all = !this.#swept || sweep;
    const swept = await this.#attempt('nothing was collected', () => collector.run(all));
    if (all && swept) this.#swept = true;
    await this.#attempt('surplus copies were not looked for', () => surplus.run(false));
  }

  async #attempt(what: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#components.logger.info(`${what} this time`, whyNot(error));
      return false;
    }
  }
}
