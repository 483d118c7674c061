/**
 * What the rewriter adds to a module has names that begin so. An image that imports or exports such a name is refused, so
 * nothing in it can be taken for ours, and a module that was rewritten is not rewritten again.
 */
export const RESERVED_PREFIX = 'vstar:';

/** The module name under which a rewritten core imports its memories, `memory0` and on. */
export const MEMORY_MODULE = 'vstar:memory';

/** The module name under which it imports the flag. */
export const PREEMPTION_MODULE = 'vstar:preemption';

/** The shared memory of one page whose word at `FLAG_OFFSET` is not 0 while checks shall call the host. */
export const FLAG_IMPORT = 'flag';

/** Bytes. */
export const FLAG_OFFSET = 0;

/** What a rewritten core exports beside its own. */
export const ADDED_EXPORTS = {
  /** A mutable global: the function that a check calls, `(externref) -> ()`. Set it before anything of the module runs. */
  pause: 'vstar:pause',
  /** A mutable global: what that function is given. */
  context: 'vstar:context',
  /** In fuel mode a mutable global: an i32 that checks count down; below 0 they call the host. */
  fuel: 'vstar:fuel',
  /** Before the index of each memory that it grows. A mutable global: an i32, the pages up to which it can. */
  pages: 'vstar:pages',
  /** What was the start function: the engine does not run it, so that it can run where its stack may be suspended. */
  start: 'vstar:start',
} as const;

/** Before the index of each global that can be changed, of a module whose instances can be put back as they were made. */
export const GLOBAL_EXPORT = 'vstar:global';
