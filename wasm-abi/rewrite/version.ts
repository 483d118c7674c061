/** Changes whenever the same module would be rewritten otherwise; part of the key under which images are kept. */
export const REWRITER_VERSION = 6;
