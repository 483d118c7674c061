/** Counts words as the text of the job says, by other means than the system's: the bytes of the whole result. */
export function referenceCount(bytes: Uint8Array): Uint8Array {
  const counts = new Map<string, number>();
  // As Latin-1 each byte is a character, and strings sort as their bytes do.
  for (const word of Buffer.from(bytes)
    .toString('latin1')
    .split(/[ \t\n\f\r]+/)) {
    if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const lines = [...counts.keys()].toSorted().map((word) => `${word}\t${counts.get(word)}\n`);
  return Buffer.from(lines.join(''), 'latin1');
}
