// The independent count that a cluster's result is held against: plain JavaScript that shares nothing with the guests.

/** What Hadoop's example takes for the end of a word: space, tab, line feed, form feed, carriage return. */
const SEPARATORS = [0x20, 0x09, 0x0a, 0x0c, 0x0d];

export interface WordCounts {
  /** Words as Latin-1, a character a byte: so they compare as their bytes do, and no bytes are invalid. */
  readonly counts: ReadonlyMap<string, number>;
  readonly words: number;
}

/** Counts the words of texts. A word ends with its text. */
export async function referenceCount(
  texts: Iterable<AsyncIterable<Uint8Array>>,
  signal?: AbortSignal,
): Promise<WordCounts> {
  const counts = new Map<string, number>();
  let words = 0;
  const add = (word: string): void => {
    counts.set(word, (counts.get(word) ?? 0) + 1);
    words += 1;
  };
  const isSeparator = new Uint8Array(256);
  for (const byte of SEPARATORS) isSeparator[byte] = 1;
  for (const text of texts) {
    let begun = ''; // of a word that goes on in the next block
    for await (const block of text) {
      signal?.throwIfAborted();
      const latin1 = Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString(
        'latin1',
      );
      let start = 0;
      for (let at = 0; at < block.length; at += 1) {
        if (isSeparator[block[at]!] === 0) continue;
        if (at > start || begun !== '') add(begun + latin1.slice(start, at));
        begun = '';
        start = at + 1;
      }
      begun += latin1.slice(start);
    }
    if (begun !== '') add(begun);
  }
  return { counts, words };
}

/** The result that they stand for: `word<TAB>count` lines, sorted by bytes. */
export function asTsv({ counts }: WordCounts): Buffer {
  const words = [...counts.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  return Buffer.from(words.map((word) => `${word}\t${counts.get(word)}\n`).join(''), 'latin1');
}

/** Where two results part, for a message; undefined where they are the same, byte for byte. */
export function firstDifference(found: Uint8Array, wanted: Uint8Array): string | undefined {
  if (Buffer.compare(found, wanted) === 0) return undefined;
  const ours = linesOf(wanted);
  const theirs = linesOf(found);
  const at = ours.findIndex((line, index) => line !== theirs[index]);
  if (at === -1)
    return `${theirs.length - ours.length} lines too many, the first is ${JSON.stringify(theirs[ours.length])}`;
  return `line ${at + 1} is ${JSON.stringify(theirs[at])}, should be ${JSON.stringify(ours[at])}`;
}

function linesOf(tsv: Uint8Array): readonly string[] {
  return Buffer.from(tsv).toString('latin1').split('\n').slice(0, -1);
}
