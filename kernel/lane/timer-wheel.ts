import type { Clock } from '#kernel/clock.ts';

/**
 * Many deadlines under one timer of the clock. A timer for each rpc would cost more than the rate of rpcs allows; most of
 * them are taken back before they are due. Deadlines are kept to the millisecond, rounded up.
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #slots = new Map<number, Set<() => void>>();
  #armedFor = Number.POSITIVE_INFINITY;
  #disarm: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `fn` once after `ms` milliseconds. Returns what cancels it. */
  after(ms: number, fn: () => void): () => void {
    const at = Math.ceil(this.#clock.now() + ms);
    let slot = this.#slots.get(at);
    if (!slot) this.#slots.set(at, (slot = new Set()));
    slot.add(fn);
    if (at < this.#armedFor) this.#arm(at);
    return () => slot.delete(fn);
  }

  close(): void {
    this.#disarm?.();
    this.#slots.clear();
  }

  #arm(at: number): void {
    this.#disarm?.();
    this.#armedFor = at;
    this.#disarm = this.#clock.after(Math.max(0, at - this.#clock.now()), () => this.#fire());
  }

  #fire(): void {
    const now = this.#clock.now();
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.#disarm = undefined;
    let next = Number.POSITIVE_INFINITY;
    const due: Set<() => void>[] = [];
    for (const [at, slot] of this.#slots) {
      if (slot.size === 0) this.#slots.delete(at);
      else if (at > now) next = Math.min(next, at);
      else {
        this.#slots.delete(at);
        due.push(slot);
      }
    }
    if (next < this.#armedFor) this.#arm(next);
    for (const slot of due) for (const fn of slot) fn();
  }
}
