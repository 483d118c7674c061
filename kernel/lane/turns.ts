import type { Clock } from '#kernel/clock.ts';
import type { Entry } from '#kernel/lane/entry.ts';
import type { Task } from '#kernel/lane/task.ts';
import { Fifo } from '#kernel/fifo.ts';
import type { Allowance } from '#kernel/scheduler/allowance.ts';

/** Before what these have set in motion goes on, and the clock is looked at: one takes a microsecond, but code may begin to run by it. */
const STEPS_AT_ONCE = 8;

/** Cheaper than `queueMicrotask`, of which Node makes an asynchronous resource. */
const SOON = Promise.resolve();

/** What the vTasks of a lane have to do next, in the order of coming, and no more of it in a turn of the event loop than others can wait for. */
export class Turns {
  readonly #clock: Clock;
  readonly #allowance: Allowance;
  readonly #start: (entry: Entry) => void;
  readonly #drainSoon = (): void => this.#drain();
  readonly #ready = new Fifo<Task>();
  readonly #starting = new Fifo<Entry>();
  #draining = false;

  /**
   * @param atOnce of each turn of the event loop
   * @param start begins to run a vTask
   */
  constructor(clock: Clock, atOnce: Allowance, start: (entry: Entry) => void) {
    this.#clock = clock;
    this.#allowance = atOnce;
    this.#start = start;
  }

  /** A vTask has something to do. */
  step(task: Task): void {
    if (task.queued) return;
    task.queued = true;
    this.#ready.push(task);
    this.#toDrain();
  }

  /** A vTask is to be started. */
  start(entry: Entry): void {
    this.#starting.push(entry);
    this.#toDrain();
  }

  #toDrain(): void {
    if (this.#draining) return;
    this.#draining = true;
    void SOON.then(this.#drainSoon);
  }

  /**
   * Gives some of those that are ready a step, or starts one. After `TURN_MS` the rest waits until the event loop has come round: vTasks
   * that only make others would keep it from that for good.
   */
  #drain(): void {
    this.#draining = false;
    const now = this.#clock.now();
    if (this.#allowance.isOver(now)) {
      this.#draining = true;
      this.#clock.soon(() => {
        this.#draining = false;
        this.#toDrain();
      });
      return;
    }
    if (this.#ready.size > 0) this.#stepSome(now);
    else this.#startOne();
    if (this.#ready.size + this.#starting.size > 0) this.#toDrain();
  }

  #stepSome(now: number): void {
    for (let steps = Math.min(STEPS_AT_ONCE, this.#ready.size); steps > 0; steps -= 1) {
      const task = this.#ready.take()!;
      task.queued = false;
      task.step(now);
    }
  }

  #startOne(): void {
    const entry = this.#starting.take();
    if (entry && !entry.task.ended) this.#start(entry);
  }
}
