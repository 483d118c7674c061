import { ImageTooLargeError } from '../errors.ts';

/**
 * What a table may grow to, unless it begins with more. Elements take up to 16 bytes outside of linear memory. Runtimes
 * begin with what they need: QuickJS with 800, CPython with 20,000.
 */
export const MAX_TABLE_ELEMENTS = 64 * 1024;

/**
 * What one core module may have. The engine compiles a function as a whole, in memory that nothing caps and on a thread
 * that serves others too; these bounds keep the worst of it under a second (10,000 locals in 500 KB of branches took 3.8).
 * Compilers stay far below: the largest function of LLVM itself has 318 KB, of SpiderMonkey 172 KB, with 483 locals at most.
 */
const MOST = {
  memories: ['the number of memories in a module', 16],
  tables: ['the number of tables in a module', 16],
  functions: ['the number of functions in a module', 250_000],
  functionBytes: ['the size of a function in bytes', 1024 * 1024],
  locals: ['the number of locals in a function', 10_000],
  nesting: ['the depth of nested blocks in a function', 10_000],
  // At each branch a one-pass compiler moves locals to where the target expects them.
  localsTimesBytes: ['the product of locals and size of a function', 400_000_000],
  // All that take it long, together: fifty of the worst, half a minute of its threads.
  slowFunctions: ['the product of locals and size of all slow functions', 20_000_000_000],
  // A one-pass compiler keeps the place of every local for every open block.
  localsTimesNesting: ['the product of locals and nested blocks in a function', 1_000_000],
} as const;

/**
 * Holds a figure of a core module against its limit.
 * @param offset where in the module the figure comes from
 * @throws {image-too-large}
 */
export function checkLimit(
  what: keyof typeof MOST,
  value: number,
  section: string,
  offset?: number,
): void {
  const [description, limit] = MOST[what];
  if (value > limit) throw new ImageTooLargeError(description, value, limit, { section, offset });
}
