import type { Collected, Collector } from './collector.ts';
import { whyNot } from './collector.ts';
import type { Clock, Logger } from './components.ts';
import type { PathHandover } from './path-handover.ts';
import type { PathKeeper } from './path-keeper.ts';
import type { Peers } from './peer.ts';

/** How often the roster is looked at. */
const TICK_MS = 5_000;
const TICKS_A_ROUND = 12; // once a minute: what was given up goes, paths are settled
const ROUNDS_A_SWEEP = 10; // every ten minutes everything is asked for

export interface MaintenanceComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly peers: Peers;
  readonly handover: PathHandover;
  readonly keeper: PathKeeper;
  readonly collector: Collector;
}

/** Does in the background what nobody waits for: handing paths over, settling them, collecting garbage. */
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

  /** @throws {unreachable} */
  handOver(): Promise<void> {
    return this.#enqueue(() => this.#components.handover.run());
  }

  /**
   * A round over everything.
   * @throws {unreachable}
   */
  collect(): Promise<Collected> {
    return this.#enqueue(() => this.#components.collector.run(true));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#cancel();
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
    const { peers, handover, keeper, collector } = this.#components;
    if (this.#stopped || !peers.ready()) return;
    const tick = this.#tick++;
    await this.#attempt('paths were not handed over', () => handover.run());
    if (tick % TICKS_A_ROUND !== 0) return;
    await this.#attempt('paths were not settled', () => keeper.settleAll());
    const all = !this.#swept || tick % (TICKS_A_ROUND * ROUNDS_A_SWEEP) === 0;
    const swept = await this.#attempt('nothing was collected', () => collector.run(all));
    if (all && swept) this.#swept = true;
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
