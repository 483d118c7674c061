import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { nothingYet, type Totals } from './tally.ts';

interface Kept {
  /** What decides on the plans: of others the totals would mean nothing. */
  readonly options: string;
  readonly totals: Totals;
}

/** Where a long run keeps how far it has come, so that it can be ended and go on. */
export class ProgressFile {
  readonly #path: string;
  readonly #options: string;

  constructor(path: string, options: object) {
    this.#path = path;
    this.#options = JSON.stringify(options);
  }

  /** @throws {Error} the file is of a run with other options */
  load(first: number): Totals {
    if (!existsSync(this.#path)) return nothingYet(first);
    const { options, totals } = JSON.parse(readFileSync(this.#path, 'utf8')) as Kept;
    if (options === this.#options) return { ...nothingYet(first), ...totals };
    throw new Error(
      `${this.#path} is of a run with other options, ${options}: give those, or another file`,
    );
  }

  save(totals: Totals): void {
    const kept: Kept = { options: this.#options, totals };
    writeFileSync(`${this.#path}.new`, `${JSON.stringify(kept)}\n`);
    renameSync(`${this.#path}.new`, this.#path);
  }
}
