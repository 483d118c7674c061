import type { Clock, Random } from './environment.ts';

const AT_ONCE = 3;
const TURN_MS = 500; // who is slow to answer, or silent, keeps nobody waiting for longer
const CALM_MS = 250; // since the last one has joined
const LONGEST_HOLD_MS = 2_000;

export interface DialTurnsComponents {
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly random: Pick<Random, 'next'>;
}

interface Waiting {
  readonly isPreferred: boolean;
  readonly begin: () => void;
}

/**
 * Who is dialled when there are many to dial. Each dial is dear to both ends, and where all of them are begun at once on a busy
 * machine they all take longer than they may, and are begun anew. A few at a time each take little, and most of those that wait
 * have dialled this node meanwhile.
 */
export class DialTurns implements Disposable {
  readonly #components: DialTurnsComponents;
  readonly #waiting = new Set<Waiting>();
  #turns = 0;
  /** Until when nobody gets a turn; undefined while there is no reason to wait. */
  #hold: { readonly since: number; readonly cancel: () => void } | undefined;

  constructor(components: DialTurnsComponents) {
    this.#components = components;
  }

  /**
   * Others have joined just now, which this node may have to dial. Where there are more than it dials at a time, it lets all of those join first that
   * come meanwhile: they have but one to join by, who would have to share the processor with what all others do to meet.
   */
  met(count: number): void {
    const { clock } = this.#components;
    if (this.#hold === undefined && count <= AT_ONCE) return;
    const since = this.#hold?.since ?? clock.now();
    this.#hold?.cancel();
    const leftMs = Math.max(0, since + LONGEST_HOLD_MS - clock.now());
    this.#hold = { since, cancel: clock.after(Math.min(CALM_MS, leftMs), () => this.#release()) };
  }

  /**
   * Waits for a turn.
   * @param isPreferred comes before those that are not: of two nodes that dial each other only one stays
   * @returns what ends the turn; it ends by itself after half a second
   * @throws the signal's reason
   */
  async take(isPreferred: boolean, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#turns >= AT_ONCE || this.#hold) await this.#wait(isPreferred, signal);
    else this.#turns += 1;
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      cancel();
      this.#turns -= 1;
      this.#next();
    };
    const cancel = this.#components.clock.after(TURN_MS, end);
    return end;
  }

  #wait(isPreferred: boolean, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = (): void => {
      this.#waiting.delete(waiting);
      reject(signal.reason as Error);
    };
    const begin = (): void => {
      signal.removeEventListener('abort', abort);
      resolve();
    };
    const waiting = { isPreferred, begin };
    this.#waiting.add(waiting);
    signal.addEventListener('abort', abort, { once: true });
    return promise;
  }

  /** Nobody gets a turn any more. */
  [Symbol.dispose](): void {
    this.#hold?.cancel();
  }

  #release(): void {
    this.#hold = undefined;
    for (let at = 0; at < AT_ONCE; at++) this.#next();
  }

  /** Any of those that wait: else all nodes of a cluster that starts would dial the same one first. */
  #next(): void {
    if (this.#turns >= AT_ONCE || this.#hold) return;
    const all = [...this.#waiting];
    const preferred = all.filter((each) => each.isPreferred);
    const some = preferred.length > 0 ? preferred : all;
    const next = some[Math.floor(this.#components.random.next() * some.length)];
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#turns += 1;
    next.begin();
  }
}
