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
    let armed = 0;
    for (const [memory, watched] of this.#watched) {
      if (!watched.armed) continue;
      const { words } = watched;
      watched.up = Atomics.exchange(words, FLAG_WORD, 1) === 0 ? 0 : watched.up + 1;
      if (watched.up < IDLE_TICKS) armed += 1;
      else {
        watched.armed = false;
        Atomics.store(words, ARMED_WORD, 0);
        this.#await(memory, watched);
      }
    }
    if (armed > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
