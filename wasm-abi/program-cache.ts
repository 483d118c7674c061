import type { ProgramSpares } from './bind/recycler.ts';
import { Spares } from './bind/spares.ts';
import { loadProgram, type Program } from './load.ts';

/** A QuickJS program takes about 4 MB of compiled code, one of C some KB; V8 frees what no instance uses. */
const MAX_PROGRAMS = 64;

/** The programs of one lane, each compiled once; instances of them that have ended are used again. */
export class ProgramCache {
  readonly #cacheDir: string;
  readonly #max: number;
  readonly #spares: ProgramSpares = new Spares();
  /** In the order of their last use, the oldest first. */
  readonly #programs = new Map<string, Promise<Program>>();

  constructor(init: { readonly cacheDir: string; readonly maxPrograms?: number }) {
    this.#cacheDir = init.cacheDir;
    this.#max = init.maxPrograms ?? MAX_PROGRAMS;
  }

  /**
   * The program of a key that `prepareImage` gave. Instances of a program that is forgotten here live on.
   * @throws {not-prepared}
   */
  get(key: string): Promise<Program> {
    const program = this.#programs.get(key) ?? this.#load(key);
    this.#programs.delete(key);
    this.#programs.set(key, program);
    const [oldest] = this.#programs.keys();
    if (this.#programs.size > this.#max && oldest !== undefined) this.#programs.delete(oldest);
    return program;
  }

  #load(key: string): Promise<Program> {
    const program = loadProgram(this.#cacheDir, key, this.#spares);
    program.catch(() => {
      if (this.#programs.get(key) === program) this.#programs.delete(key); // the next one may find it prepared
    });
    return program;
  }
}
