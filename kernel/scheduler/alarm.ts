import type { Alarm } from '#kernel/scheduler/scheduler.ts';

// Words of the shared page. The first is what the checks of guests look at; the others lie on a cache line of their own.
export const FLAG_WORD = 0;
export const ARMED_WORD = 16;
/** Until when guests may run: a double, which every machine that this runs on writes and reads as one. */
const DEADLINE_BYTE = 128;

/** The page that a lane shares with whoever raises its flag. */
export function alarmMemory(): WebAssembly.Memory {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  setDeadline(memory, Infinity);
  return memory;
}

/** No guest of the lane runs from this time of the machine's monotonic clock on, in milliseconds; Infinity: none such. */
export function setDeadline(memory: WebAssembly.Memory, machineMs: number): void {
  deadlineIn(memory)[0] = machineMs;
}

function deadlineIn(memory: WebAssembly.Memory): Float64Array {
  return new Float64Array(memory.buffer, DEADLINE_BYTE, 1);
}

/** The lane's side of its alarm. */
export class SharedAlarm implements Alarm {
  readonly #words: Int32Array;
  readonly #deadline: Float64Array;
  readonly #aheadMs: number;

  /** @param aheadMs of the machine's clock, before the lane's */
  constructor(memory: WebAssembly.Memory, aheadMs: number) {
    this.#words = new Int32Array(memory.buffer);
    this.#deadline = deadlineIn(memory);
    this.#aheadMs = aheadMs;
  }

  get deadline(): number {
    return this.#deadline[0]! - this.#aheadMs;
  }

  arm(): void {
    if (Atomics.load(this.#words, ARMED_WORD) !== 0) return;
    Atomics.store(this.#words, ARMED_WORD, 1);
    Atomics.notify(this.#words, ARMED_WORD);
  }

  lower(): void {
    Atomics.store(this.#words, FLAG_WORD, 0);
  }
}
