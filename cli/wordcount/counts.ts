/** A word and how often it is there. */
export interface WordCount {
  /** For people: what is not UTF-8 is replaced. */
  readonly word: string;
  readonly count: number;
}

export interface Summary {
  readonly words: number;
  readonly distinct: number;
  /** The most frequent first; those that are equally frequent by their bytes. */
  readonly top: readonly WordCount[];
}

/** Reads a result of `word<TAB>count` lines. A word may have a tab's bytes in it nowhere, so the last tab parts them. */
export function summarise(tsv: Uint8Array, topCount: number): Summary {
  const bytes = Buffer.from(tsv.buffer, tsv.byteOffset, tsv.byteLength);
  let words = 0;
  let distinct = 0;
  const top: WordCount[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    const tab = bytes.indexOf(0x09, start);
    const count = Number(bytes.toString('latin1', tab + 1, end));
    words += count;
    distinct += 1;
    const last = top.at(-1);
    if (top.length < topCount || (last && count > last.count)) {
      const place = top.findIndex((each) => each.count < count);
      top.splice(place === -1 ? top.length : place, 0, {
        word: bytes.toString('utf8', start, tab),
        count,
      });
      top.length = Math.min(top.length, topCount);
    }
    start = end + 1;
  }
  return { words, distinct, top };
}
