import type { Clock } from '#kernel/clock.ts';
import type { Entry } from '#kernel/lane/entry.ts';
import type { Task } from '#kernel/lane/task.ts';

// A lane that only ran microtasks would never read its port.
const TURN_MS = 2;
/** Steps between two looks at the clock: one takes some microseconds, a look a tenth of one. */
const STEPS_AT_ONCE = 8;

/** Cheaper than `queueMicrotask`, of which Node makes an asynchronous resource. */
const SOON = Promise.resolve();

/** What the vTasks of a lane have to do next, in the order of coming, and no more of it in a turn of the event loop than others can wait for. */
export class Turns {
  readonly #clock: Clock;
  readonly #start: (entry: Entry) => void;
  readonly #drainSoon = (): void => this.#drain();
  #ready: Task[] = [];
  readonly #starting: Entry[] = [];
  #draining = false;
  #ends: number | undefined;

  /** @param start begins to run a vTask */
  constructor(clock: Clock, start: (entry: Entry) => void) {
    this.#clock = clock;
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
   * Gives every ready vTask a step, and starts one. After `TURN_MS` the rest waits until the event loop has come round: vTasks
   * that only make others would keep it from that for good.
   */
  #drain(): void {
    const clock = this.#clock;
    let now = clock.now();
    if (this.#ends === undefined) {
      this.#ends = now + TURN_MS;
      clock.soon(() => {
        this.#ends = undefined;
        this.#draining = false;
        if (this.#ready.length + this.#starting.length > 0) this.#toDrain();
      });
    }
    while (this.#ready.length > 0 && now < this.#ends) {
      const tasks = this.#ready;
      this.#ready = [];
      let done = 0;
      do {
        const until = Math.min(done + STEPS_AT_ONCE, tasks.length);
        for (; done < until; done += 1) {
          const task = tasks[done]!;
          task.queued = false;
          task.step(now);
        }
        now = clock.now();
      } while (done < tasks.length && now < this.#ends);
      // Those that are left were there before whoever became ready meanwhile.
      if (done < tasks.length) this.#ready = [...tasks.slice(done), ...this.#ready];
    }
    this.#draining = now >= this.#ends; // what is left is done when the event loop has come round
    if (this.#draining) return;
    const entry = this.#starting.shift();
    if (entry && !entry.task.ended) this.#start(entry);
    if (this.#starting.length > 0) this.#toDrain();
  }
}
