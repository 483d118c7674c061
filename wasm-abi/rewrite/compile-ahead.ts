import { ByteWriter } from './byte-writer.ts';
import { checkLimit } from './limits.ts';

/** Of the proposal of compilation hints; https://github.com/WebAssembly/compilation-hints. */
const AHEAD_SECTION = 'metadata.code.compilation_priority';

/**
 * Functions of less take the engine a few milliseconds. At each branch it moves locals to where the target expects them, so
 * what it takes goes by their number too. No function of QuickJS has as much (37 KB, and 3.2 million).
 */
const SLOW_BYTES = 64 * 1024;
const SLOW_LOCALS_TIMES_BYTES = 4_000_000;

/** Of a whole function, not of one of its instructions. */
const FUNCTION_OFFSET = 0;
const FIRST = 0;

/**
 * The functions of a module that take the engine long to compile. It would do so where each is first called, on the thread of
 * the lane, which nothing interrupts; told of them it does it while it compiles the module, on threads of its own.
 */
export class CompileAhead {
  readonly #functions = new ByteWriter();
  #count = 0;
  #total = 0;

  /**
   * Hears of each function in the order of their indices.
   * @param bytes of its body
   * @param offset where in the module it is
   * @throws {image-too-large} all of these would keep the engine's threads for too long
   */
  note(index: number, locals: number, bytes: number, offset: number): void {
    const product = locals * bytes;
    if (bytes < SLOW_BYTES && product < SLOW_LOCALS_TIMES_BYTES) return;
    this.#total += product;
    checkLimit('slowFunctions', this.#total, 'code', offset);
    this.#count++;
    for (const each of [index, FUNCTION_OFFSET, 1, FIRST]) this.#functions.u32(each);
  }

  /** The custom section; it comes before the code. */
  write(out: ByteWriter): void {
    if (this.#count === 0) return;
    const body = new ByteWriter(this.#functions.length + 64);
    body.name(AHEAD_SECTION);
    body.u32(this.#count);
    body.bytes(this.#functions.written());
    out.section(0, body);
  }
}
