import type { Clock, Random } from './environment.ts';

const AT_ONCE = 3;
const TURN_MS = 500; // who is slow to answer, or silent, keeps nobody waiting for longer

export interface DialTurnsComponents {
  readonly clock: Pick<Clock, 'after'>;
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
export class DialTurns {
  readonly #components: DialTurnsComponents;
  readonly #waiting = new Set<Waiting>();
  #turns = 0;

  constructor(components: DialTurnsComponents) {
    this.#components = components;
  }

  /**
   * Waits for a turn.
   * @param isPreferred comes before those that are not: of two nodes that dial each other only one stays
   * @returns what ends the turn; it ends by itself after half a second
   * @throws the signal's reason
   */
  async take(isPreferred: boolean, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#turns >= AT_ONCE) await this.#wait(isPreferred, signal);
    else this.#turns += 1;
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      cancel();
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

  /** Any of those that wait: else all nodes of a cluster that starts would dial the same one first. */
  #next(): void {
    const all = [...this.#waiting];
    const preferred = all.filter((each) => each.isPreferred);
    const some = preferred.length > 0 ? preferred : all;
    const next = some[Math.floor(this.#components.random.next() * some.length)];
    if (next === undefined) this.#turns -= 1;
    else {
      this.#waiting.delete(next);
      next.begin();
    }
  }
}
