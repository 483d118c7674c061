import { RegistersBusyError } from './errors.ts';
import { assertKey } from './outcome.ts';

const MAX_OPERATIONS = 10_000; // a few kilobytes each; far more than answer within any deadline

/** What a node does with registers at the same time: those that are under way, and those that wait for another on the same register. */
export class Operations {
  #count = 0;

  /** Does the work, unless there is too much of it. @throws {register-refused} {registers-busy} and what it throws */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    assertKey(key);
    if (this.#count >= MAX_OPERATIONS) throw new RegistersBusyError(MAX_OPERATIONS);
    this.#count += 1;
    try {
      return await work();
    } finally {
      this.#count -= 1;
    }
  }
}
