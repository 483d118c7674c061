import type { Move } from 'vstar/hypervisor';
import type { End } from './agents.ts';
import type { Machine } from './book.ts';

/** What is being done about a machine, or came of it. */
type State =
  | 'waiting'
  | 'starting'
  | 'running'
  | 'paused'
  | 'moving'
  | 'saving'
  | 'leaving'
  | 'suspended'
  | 'stopped'
  | 'off'
  | 'failed';

/** What is known of a machine beside what the book says; it is found out again by whoever comes after this vTask. */
export interface Live {
  state: State;
  vtid: string | null;
  node: string | null;
  createMs: number | null;
  /** Why it failed. */
  error: string | null;
  /** How it came to its node, where it was moved while it ran. */
  moved?: Move;
  /** When it was made again, in milliseconds of `now`. */
  restarts: number[];
  /** How its agent ended, while something else was waited for. */
  end: End | null;
  /** When it was kept last while it ran, in milliseconds of `now`. */
  keptAt: number;
}

/** What is known of each machine. */
export class LiveTable {
  readonly #live = new Map<string, Live>();

  of({ name }: Machine): Live {
    const known = this.#live.get(name);
    if (known) return known;
    const live: Live = {
      state: 'failed',
      vtid: null,
      node: null,
      createMs: null,
      error: null,
      restarts: [],
      end: null,
      keptAt: 0,
    };
    this.#live.set(name, live);
    return live;
  }

  /** Whether it has not been removed since. */
  has({ name }: Machine, live: Live): boolean {
    return this.#live.get(name) === live;
  }

  forget({ name }: Machine): void {
    this.#live.delete(name);
  }
}
