const WORD_BYTES = 4;
/**
 * Of what is compared by the C library, which is many times as quick; most of a memory is as it was. Large ones first, since to call it takes
 * as long as to compare a small one.
 */
const BLOCKS_WORDS = [4_096, 256];

/**
 * Where two memories of the same size differ: offset and length in bytes of one range after the other. Ranges with at most
 * so many equal words between them are one. By words, since a memory has whole pages.
 */
export function differences(memory: Buffer, before: Buffer, mostSame: number): number[] {
  const [words, old] = [wordsOf(memory), wordsOf(before)];
  const places: number[] = [];
  for (let at = 0; at < words.length;) {
    const same = sameWords(memory, before, at);
    if (same > 0) {
      at += same;
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

/** How many are the same in the largest block that begins here and is as it was. */
function sameWords(memory: Buffer, before: Buffer, at: number): number {
  if (at % BLOCKS_WORDS.at(-1)! !== 0) return 0;
  const from = at * WORD_BYTES;
  for (const words of BLOCKS_WORDS) {
    if (at % words !== 0) continue;
    const to = Math.min(from + words * WORD_BYTES, memory.length);
    if (memory.compare(before, from, to, from, to) === 0) return words;
  }
  return 0;
}

function wordsOf({ buffer, byteOffset, length }: Buffer): Int32Array {
  return new Int32Array(buffer, byteOffset, length / WORD_BYTES);
}
