const WORD_BYTES = 4;
/** Of what is compared by the C library, which is many times as quick; most of a memory is as it was. */
const BLOCK_WORDS = 256;

/**
 * Where two memories of the same size differ: offset and length in bytes of one range after the other. Ranges with at most
 * so many equal words between them are one. By words, since a memory has whole pages.
 */
export function differences(memory: Buffer, before: Buffer, mostSame: number): number[] {
  const [words, old] = [wordsOf(memory), wordsOf(before)];
  const places: number[] = [];
  for (let at = 0; at < words.length;) {
    if (at % BLOCK_WORDS === 0 && isSame(memory, before, at)) {
      at += BLOCK_WORDS;
    } else if (words[at] === old[at]) {
      at += 1;
    } else {
      let end = at + 1;
      for (let next = end; next < words.length && next - end < mostSame; next++)
        if (words[next] !== old[next]) end = next + 1;
      places.push(at * WORD_BYTES, (end - at) * WORD_BYTES);
      at = end;
    }
  }
  return places;
}

function isSame(memory: Buffer, before: Buffer, at: number): boolean {
  const from = at * WORD_BYTES;
  const to = Math.min(from + BLOCK_WORDS * WORD_BYTES, memory.length);
  return memory.compare(before, from, to, from, to) === 0;
}

function wordsOf({ buffer, byteOffset, length }: Buffer): Int32Array {
  return new Int32Array(buffer, byteOffset, length / WORD_BYTES);
}
