const WORD_BYTES = 4;

/**
 * Where two memories of the same size differ: offset and length in bytes of one range after the other. Ranges with at most
 * so many equal words between them are one. By words, since a memory has whole pages.
 */
export function differences(words: Int32Array, before: Int32Array, mostSame: number): number[] {
  const places: number[] = [];
  for (let at = 0; at < words.length; at++) {
    if (words[at] === before[at]) continue;
    let end = at + 1;
    for (let next = end; next < words.length && next - end < mostSame; next++)
      if (words[next] !== before[next]) end = next + 1;
    places.push(at * WORD_BYTES, (end - at) * WORD_BYTES);
    at = end;
  }
  return places;
}
