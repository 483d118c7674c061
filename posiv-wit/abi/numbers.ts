import { notOfType, trap } from './trap.ts';

// The host's numbers against the 64-bit integers, chars and reinterpreted floats of core wasm. What POSIV has no type for
// today is `@public`: generated code takes it as soon as the WIT does.

/** A guest's 64-bit integer; one that a number cannot hold traps instead of being changed silently. */
export function safe(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) trap(`${value} is beyond 2^53 - 1`);
  return number;
}

/** @throws {TypeError} where the host's value is no unsigned safe integer */
export function toU64(value: number): bigint {
  if (!Number.isSafeInteger(value) || value < 0) notOfType('u64 of at most 2^53 - 1', value);
  return BigInt(value);
}

/**
 * @throws {TypeError} where the host's value is no safe integer
 * @public
 */
export function toS64(value: number): bigint {
  if (!Number.isSafeInteger(value)) notOfType('s64 within 2^53 - 1', value);
  return BigInt(value);
}

/** @public */
export function charOf(point: number): string {
  const code = point >>> 0;
  if (code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)) trap(`${code} is no char`);
  return String.fromCodePoint(code);
}

/** @public */
export function pointOf(char: string): number {
  const point = char.codePointAt(0);
  if (point === undefined || (point >= 0xd800 && point <= 0xdfff)) return notOfType('char', char);
  return point;
}

const scratch = new DataView(new ArrayBuffer(8));

/** @public */
export function f32Bits(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getInt32(0);
}

/** @public */
export function f32OfBits(bits: number): number {
  scratch.setInt32(0, bits);
  return scratch.getFloat32(0);
}

/** @public */
export function f64Bits(value: number): bigint {
  scratch.setFloat64(0, value);
  return scratch.getBigInt64(0);
}

/** @public */
export function f64OfBits(bits: bigint): number {
  scratch.setBigInt64(0, bits);
  return scratch.getFloat64(0);
}
