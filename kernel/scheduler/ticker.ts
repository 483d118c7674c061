import { ARMED_WORD, FLAG_WORD } from '#kernel/scheduler/alarm.ts';

/** Half a slice: a guest runs for one and a half at most. */
const TICK_MS = 1;
// A flag that nobody has looked at for so many ticks is that of an idle lane, or of one that is not in a guest's code. It
// stays up, so the next guest to look arms the alarm again.
const IDLE_TICKS = 20;

interface Watched {
  readonly words: Int32Array;
  /** For how many ticks its flag has been up. */
  up: number;
  armed: boolean;
}

/** Raises the flags of lanes whose guests run. On a thread of their process that computes nothing itself. */
export class Ticker implements Disposable {
  readonly #watched = new Map<WebAssembly.Memory, Watched>();
  #timer: NodeJS.Timeout | undefined;

  /** From now on this lane's alarm works. */
  add(memory: WebAssembly.Memory): void {
    const watched = { words: new Int32Array(memory.buffer), up: 0, armed: false };
    this.#watched.set(memory, watched);
    this.#await(memory, watched);
  }

  remove(memory: WebAssembly.Memory): void {
    const watched = this.#watched.get(memory);
    this.#watched.delete(memory);
    if (!watched) return;
    Atomics.store(watched.words, ARMED_WORD, 1);
    Atomics.notify(watched.words, ARMED_WORD); // ends the wait for it, which would keep the process
  }

  [Symbol.dispose](): void {
    for (const memory of this.#watched.keys()) this.remove(memory);
    clearInterval(this.#timer);
  }

  #await(memory: WebAssembly.Memory, watched: Watched): void {
    const waiting = Atomics.waitAsync(watched.words, ARMED_WORD, 0);
    const arm = (): void => {
      if (this.#watched.get(memory) !== watched) return;
      watched.armed = true;
      watched.up = 0;
      this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref();
    };
    if (waiting.async) void waiting.value.then(arm);
    else arm();
  }

  #tick(): void {
    for (const [memory, watched] of this.#watched) if (watched.armed) this.#raise(memory, watched);
    // Asked of all once more: one that was laid to rest may have been armed again before it could be waited for.
    for (const { armed } of this.#watched.values()) if (armed) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #raise(memory: WebAssembly.Memory, watched: Watched): void {
    const { words } = watched;
    watched.up = Atomics.exchange(words, FLAG_WORD, 1) === 0 ? 0 : watched.up + 1;
    if (watched.up < IDLE_TICKS) return;
    Atomics.store(words, ARMED_WORD, 0);
    if (Atomics.load(words, FLAG_WORD) === 0) {
      // A guest looked just now: it lowered its flag and found its alarm armed, so it will not arm it.
      Atomics.store(words, ARMED_WORD, 1);
      watched.up = 0;
      return;
    }
    watched.armed = false;
    this.#await(memory, watched);
  }
}
