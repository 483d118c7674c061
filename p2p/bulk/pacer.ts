import type { Tick } from '../outbox.ts';

type Turn = () => void;

/**
 * Hands out turns, one for each turn of the event loop: pulls share it, so that the encryption of a piece (.4 ms for
 * 64 KiB) is the longest that they hold back anything else. Peers have turns one after the other, however many pulls each has.
 */
export class Pacer {
  readonly #tick: Tick;
  /** By the peer; the first is the next. */
  readonly #waiting = new Map<string, Turn[]>();
  #ticking = false;

  constructor(tick: Tick) {
    this.#tick = tick;
  }

  turn(peer: string): Promise<void> {
    return new Promise((resolve) => {
      const turns = this.#waiting.get(peer);
      if (turns === undefined) this.#waiting.set(peer, [resolve]);
      else turns.push(resolve);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    this.#tick(() => {
      this.#ticking = false;
      this.#next();
      if (this.#waiting.size > 0) this.#schedule();
    });
  }

  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const [peer, turns] = first;
    this.#waiting.delete(peer);
    turns.shift()?.();
    if (turns.length > 0) this.#waiting.set(peer, turns); // behind the others
  }
}
