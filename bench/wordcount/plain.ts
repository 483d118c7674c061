// plain.ts FILE: the word count as one would write it in Node in ten minutes: one thread, a Map, no wasm.
import { createReadStream } from 'node:fs';

const SEPARATORS = /[ \t\n\f\r]+/;

const counts = new Map<string, number>();
let begun = '';
// As Latin-1, a character a byte: words compare as their bytes do.
for await (const block of createReadStream(process.argv[2]!, {
  encoding: 'latin1',
  highWaterMark: 1 << 20,
})) {
  const words = (begun + (block as string)).split(SEPARATORS);
  begun = words.pop()!;
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
}
if (begun !== '') counts.set(begun, (counts.get(begun) ?? 0) + 1);
counts.delete('');
const lines = [...counts]
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([word, count]) => `${word}\t${count}\n`);
process.stdout.write(Buffer.from(lines.join(''), 'latin1'));
