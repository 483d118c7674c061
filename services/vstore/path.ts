import { RefusedError } from './errors.ts';

const MAX_PATH_BYTES = 1_024;
const MAX_PART_BYTES = 255;

/**
 * The rules of `posiv:vstore/files`.
 * @throws {refused}
 */
export function checkPath(path: unknown): asserts path is string {
  checkPrefix(path);
  if (!path.startsWith('/')) throw refuse(path, 'does not begin with /');
  for (const part of path.slice(1).split('/')) {
    if (part === '') throw refuse(path, 'has an empty part');
    if (part === '.' || part === '..') throw refuse(path, `has a part ${part}`);
    if (Buffer.byteLength(part) > MAX_PART_BYTES) {
      throw refuse(path, `has a part of more than ${MAX_PART_BYTES} bytes`);
    }
  }
}

/**
 * What a path may begin with: any text without NUL that is no longer than a path.
 * @throws {refused}
 */
export function checkPrefix(prefix: unknown): asserts prefix is string {
  if (typeof prefix !== 'string') throw new RefusedError('a path is a string');
  if (prefix.length > MAX_PATH_BYTES || Buffer.byteLength(prefix) > MAX_PATH_BYTES) {
    throw refuse(prefix, `is longer than ${MAX_PATH_BYTES} bytes`);
  }
  if (prefix.includes('\0')) throw refuse(prefix, 'has a NUL');
  if (!prefix.isWellFormed()) throw refuse(prefix, 'is not Unicode text');
}

/** The order of the UTF-8 bytes, which is that of the code points, and not JavaScript's for those beyond U+FFFF. */
export function comparePaths(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const left = one.charCodeAt(at);
    const right = other.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return one.length - other.length;
}

/** Puts surrogates, of which the greater code points consist, behind the rest of the code units. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

function refuse(path: string, why: string): RefusedError {
  return new RefusedError(`path ${JSON.stringify(path.slice(0, 80))} ${why}`);
}
