/** Bytes of the cmd and the environment of a vTask in all. */
export const MAX_CMD_BYTES = 64 << 10;

/** Bytes of so many words in UTF-8, and one for each: an empty one takes room, too, wherever it is kept and sent. */
export function bytesOf(words: readonly string[]): number {
  let bytes = 0;
  for (const word of words) bytes += Buffer.byteLength(word) + 1;
  return bytes;
}
