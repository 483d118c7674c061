/** Bytes of the cmd and the environment of a vTask in all. */
export const MAX_CMD_BYTES = 64 << 10;

/** Bytes of so many words in UTF-8. */
export function bytesOf(words: readonly string[]): number {
  let bytes = 0;
  for (const word of words) bytes += Buffer.byteLength(word);
  return bytes;
}
