import type { RegisterState } from '#posiv-wit/generated/p2p/registers.ts';
import { changed, MARKS_KEPT, type Register } from './register-state.ts';

interface Attempt {
  readonly mark: Uint8Array;
  readonly register: Register;
}

export type Judgement =
  /** None of the attempts is part of it, so the change may be tried on it. */
  | { readonly tag: 'free' }
  /** One of the attempts is part of it: the change was made, and gave this. */
  | { readonly tag: 'made'; readonly register: Register }
  /** Too many changes are on top of where an attempt would be. */
  | { readonly tag: 'unknown' };

/**
 * The states that a change has tried to have accepted. One that was broken off may still come to be: whoever finds it with
 * one acceptor goes on with it. So before the change is tried again, it is looked for in the state that was found.
 */
export class Attempts {
  readonly #made: Attempt[] = [];

  /** Whether an acceptor may have accepted one. */
  get any(): boolean {
    return this.#made.length > 0;
  }

  judge({ version, recent }: RegisterState): Judgement {
    let tooOld = false;
    for (const { mark, register } of this.#made) {
      const back = version - register.version;
      if (back < 0) continue;
      if (back >= MARKS_KEPT) tooOld = true;
      else if (Buffer.compare(recent[back] ?? Buffer.alloc(0), mark) === 0)
        return { tag: 'made', register };
    }
    if (tooOld) return { tag: 'unknown' };
    return { tag: 'free' };
  }

  /** The state that the next attempt is to have accepted. */
  next(before: RegisterState, value: Uint8Array | undefined, mark: Uint8Array): RegisterState {
    const state = changed(before, value, mark);
    this.#made.push({ mark, register: { version: state.version, value } });
    return state;
  }
}
