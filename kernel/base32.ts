const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** RFC 4648 base32, lower case, without padding. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += ALPHABET[(held << (5 - bits)) & 31];
  return text;
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
