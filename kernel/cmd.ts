/** Bytes of the cmd and the environment of a vTask in all. */
export const MAX_CMD_BYTES = 64 << 10;

// What a word costs besides its bytes wherever it is kept and sent, and to store it in a guest's memory, in one turn with all others.
const WORD_BYTES = 32;

/** Bytes of so many words in UTF-8, and 32 for each. */
export function bytesOf(words: readonly string[]): number {
  let bytes = 0;
  for (const word of words) bytes += Buffer.byteLength(word) + WORD_BYTES;
  return bytes;
}
