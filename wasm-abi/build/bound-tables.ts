import { BuildFailedError } from '../errors.ts';

/**
 * What one table of handles may hold, twice what a vTask may have of WASI's: also the resources that a component itself
 * defines are kept in such tables, which lie in the host's memory.
 */
const MAX_HANDLES = 8_192;

/** Numbers under which a component has made resources of its own are remembered for ever; it uses few, again and again. */
const MAX_REPRESENTATIONS = 65_536;

const FULL = `if (table.length > ${MAX_HANDLES * 2}) throw new WebAssembly.RuntimeError('more than ${MAX_HANDLES} handles');`;

/**
 * The functions of the transpiler's code that change such tables, and what we have them do first. By themselves they make
 * handles without bound, and let a guest drop a handle that there never was: that writes anywhere in the table, which then
 * grows as far as the guest likes and loses track of what is free.
 */
const CHECKS: Readonly<Record<string, string>> = {
  'rscTableCreateOwn(table, rep)': `${FULL} if (table._createdReps.size > ${MAX_REPRESENTATIONS}) throw new WebAssembly.RuntimeError('too many resources');`,
  'rscTableCreateBorrow(table, rep, scopeId)': FULL,
  'rscTableRemove(table, handle)': `if (!((handle >>> 0) * 2 < table.length)) throw new WebAssembly.RuntimeError('unknown handle index ' + (handle >>> 0));`,
};

/** Those that only look. */
const READERS = new Set([
  'rscTableGet(table, handle)',
  'rscTableTryGet(table, handle)',
  'rscTableEnsureBorrowDrop(table, handle, scope)',
]);

/**
 * Adds these checks to the transpiler's code.
 * @throws {build-failed} where that code is not as it was when this was written
 */
export function boundTables(source: string): string {
  return source.replaceAll(/^ *function (rscTable[^{\n]*?) \{/gm, (head, signature: string) => {
    const check = CHECKS[signature];
    if (check !== undefined) return `${head}\n    ${check}`;
    if (READERS.has(signature)) return head;
    throw new BuildFailedError('transpile', `its output keeps handles by ${signature}`);
  });
}
