import type { Alarm } from '#kernel/scheduler/scheduler.ts';

// Words of the shared page. The first is what the checks of guests look at; the others lie on a cache line of their own.
export const FLAG_WORD = 0;
export const ARMED_WORD = 16;

/** The page that a lane shares with whoever raises its flag. */
export function alarmMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
}

/** The lane's side of its alarm. */
export class SharedAlarm implements Alarm {
  readonly #words: Int32Array;

  constructor(memory: WebAssembly.Memory) {
    this.#words = new Int32Array(memory.buffer);
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
