const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

const CODES = Buffer.from(ALPHABET, 'latin1');

/**
 * RFC 4648 base32, lower case, without padding. In one piece with what stands before it: joined of single characters it would
 * be a tree of them, for the collector and for whoever first looks at it.
 */
export function base32(bytes: Uint8Array, before = ''): string {
  const text = Buffer.allocUnsafe(before.length + Math.ceil((bytes.length * 8) / 5));
  let at = text.write(before, 'latin1');
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text[at++] = CODES[(held >>> bits) & 31]!;
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text[at] = CODES[(held << (5 - bits)) & 31]!;
  return text.toString('latin1');
}

/** The digits of a whole number, the greatest first; none of 0. */
export function base32Number(value: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 32)) text = ALPHABET[rest % 32] + text;
  return text;
}

const FIRST_LETTER = 'a'.charCodeAt(0);
const LETTERS = 26;
const FIRST_FIGURE = '2'.charCodeAt(0);

/** What a character of the alphabet stands for: 0 to 31. */
export function base32Digit(character: number): number {
  return character >= FIRST_LETTER ? character - FIRST_LETTER : character - FIRST_FIGURE + LETTERS;
}
