import type { Awaitable } from '#posiv-wit/result.ts';
import type { ProgramSpares } from './bind/recycler.ts';
import { Spares } from './bind/spares.ts';
import { loadProgram, type Program } from './load.ts';

/** A QuickJS program takes about 4 MB of compiled code, one of C some KB; V8 frees what no instance uses. */
const MAX_PROGRAMS = 64;

interface Kept {
  program: Awaitable<Program>;
  /** Of the one that was used longest ago it is the smallest. */
  lastUse: number;
}

/** The programs of one lane, each compiled once; instances of them that have ended are used again. */
export class ProgramCache {
  readonly #cacheDir: string;
  readonly #max: number;
  readonly #spares: ProgramSpares = new Spares();
  readonly #programs = new Map<string, Kept>();
  #uses = 0;

  constructor(init: { readonly cacheDir: string; readonly maxPrograms?: number }) {
    this.#cacheDir = init.cacheDir;
    this.#max = init.maxPrograms ?? MAX_PROGRAMS;
  }

  /**
   * The program of a key that `prepareImage` gave, at once where it has been loaded. Instances of a program that is forgotten
   * here live on.
   * @throws {not-prepared}
   */
  get(key: string): Awaitable<Program> {
    const kept = this.#programs.get(key) ?? this.#load(key);
    kept.lastUse = this.#uses++;
    return kept.program;
  }

  #load(key: string): Kept {
    const program = loadProgram(this.#cacheDir, key, this.#spares);
    const kept: Kept = { program, lastUse: 0 };
    program.then(
      (loaded) => (kept.program = loaded),
      () => {
        if (this.#programs.get(key) === kept) this.#programs.delete(key); // the next one may find it prepared
      },
    );
    if (this.#programs.size >= this.#max) this.#forgetOne();
    this.#programs.set(key, kept);
    return kept;
  }

  #forgetOne(): void {
    const [first] = [...this.#programs].toSorted(([, a], [, b]) => a.lastUse - b.lastUse);
    if (first) this.#programs.delete(first[0]);
  }
}
