import { isUtf8 } from 'node:buffer';

// Shared by the codecs and the canonical ABI. Nearly all strings of the system are short ASCII (vtids, identities, paths),
// for which the methods of Buffer beat the general coders.

/** Longer strings go to the general coders. */
const SHORT_STRING = 256;

const encoder = new TextEncoder();
// A byte order mark is a character like any other: dropping it would make two different strings equal.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
// They work on any Uint8Array; Node's type declarations leave them out.
const { latin1Slice, latin1Write, utf8Write } = Buffer.prototype as unknown as {
  latin1Slice: (this: Uint8Array, start: number, end: number) => string;
  latin1Write: (this: Uint8Array, text: string, at: number, length: number) => number;
  utf8Write: (this: Uint8Array, text: string, at: number, length: number) => number;
};

/** The most bytes that a UTF-16 unit of a string takes in UTF-8. */
export const MOST_UTF8_BYTES = 3;

// The same few vtids and identities come with every message: a string that is there already is found in half the time that a
// new one takes to make, and its hash is known. Each has the one place that its length and last bytes say.
const KNOWN_BYTES = 64;
const PLACES = 512;
const contents = new Uint8Array(PLACES * KNOWN_BYTES);
const known = Array.from({ length: PLACES }, () => '');

/** @throws {TypeError} where the bytes are not UTF-8 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length > SHORT_STRING) return decoder.decode(bytes.subarray(start, end));
  if (length === 0) return '';
  if (length > KNOWN_BYTES) return decodeShort(bytes, start, end);
  const last = (bytes[end - 1] as number) * 31;
  const place = (last ^ ((bytes[end - 2] ?? 0) * 7) ^ length) & (PLACES - 1);
  const text = known[place] as string;
  if (text.length === length && isSame(bytes, start, place * KNOWN_BYTES, length)) return text;
  const decoded = decodeShort(bytes, start, end);
  if (decoded.length === length) {
    contents.set(bytes.subarray(start, end), place * KNOWN_BYTES);
    known[place] = decoded;
  }
  return decoded;
}

/** Of a text that is longer than any is carried: four times the longest `cmd`, so that what is somewhat too long is told with its length. */
export const MOST_TEXT_BYTES = 256 << 10;

const CONTINUES = 0x80; // of a byte that is not the first of its character
const FIRST_BITS = 0xc0;

/**
 * What a text of more than `MOST_TEXT_BYTES` begins with. To decode one of megabytes takes a hundred times as long as to see that it is UTF-8.
 * @throws {TypeError} where the bytes are not UTF-8, any of them
 */
export function decodeBegin(bytes: Uint8Array, start: number, end: number): string {
  if (!isUtf8(bytes.subarray(start, end))) throw new TypeError('the bytes are not UTF-8');
  let to = start + MOST_TEXT_BYTES;
  while (((bytes[to] as number) & FIRST_BITS) === CONTINUES) to -= 1;
  return decoder.decode(bytes.subarray(start, to));
}

/** In the same time wherever they differ: how much of a vtid somebody has guessed is not to be told. */
function isSame(bytes: Uint8Array, start: number, from: number, length: number): boolean {
  let bits = 0;
  for (let at = 0; at < length; at++)
    bits |= (bytes[start + at] as number) ^ (contents[from + at] as number);
  return bits === 0;
}

function decodeShort(bytes: Uint8Array, start: number, end: number): string {
  if (isAscii(bytes, start, end)) return latin1Slice.call(bytes, start, end);
  return decoder.decode(bytes.subarray(start, end));
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let bits = 0;
  for (let at = start; at < end; at++) bits |= bytes[at] as number;
  return bits < 0x80;
}

/** Whether the string is short and of ASCII alone, so that `putAscii` may be used. */
export function isShortAscii(text: string): boolean {
  const { length } = text;
  if (length > SHORT_STRING) return false;
  let bits = 0;
  for (let at = 0; at < length; at++) bits |= text.charCodeAt(at);
  return bits < 0x80;
}

export function putAscii(text: string, target: Uint8Array, at: number): void {
  latin1Write.call(target, text, at, text.length);
}

/**
 * Writes a string where there is room for `MOST_UTF8_BYTES` of each of its units. Returns how many bytes it takes. Lone
 * surrogates become U+FFFD.
 */
export function putUtf8(text: string, target: Uint8Array, at: number): number {
  return utf8Write.call(target, text, at, text.length * MOST_UTF8_BYTES);
}

/** Lone surrogates become U+FFFD, as the Canonical ABI says. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}
