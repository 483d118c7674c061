import test from 'ava';
import { asTsv, firstDifference, referenceCount } from '#cli/wordcount/reference-count.ts';
import { summarise } from '#cli/wordcount/counts.ts';

async function* blocks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text, 'latin1');
}

test('a word that goes over the end of a block is one word', async (t) => {
  const { counts, words } = await referenceCount([blocks('on', 'e tw', '', 'o', ' ', 'one')]);
  t.deepEqual(
    [...counts],
    [
      ['one', 2],
      ['two', 1],
    ],
  );
  t.is(words, 3);
});

test('words end at the bytes 20 09 0A 0C 0D and at no other', async (t) => {
  const all = Array.from({ length: 256 }, (_, byte) => `a${String.fromCharCode(byte)}a`).join(' ');
  const { counts } = await referenceCount([blocks(all)]);
  t.is(counts.get('a'), 10);
  t.is(counts.size, 1 + 256 - 5);
  t.is(counts.get('a\u000Ba'), 1);
});

test('the result is sorted by bytes, and an empty one is empty', async (t) => {
  const tsv = asTsv(await referenceCount([blocks('b \xff a ab B')]));
  t.is(tsv.toString('latin1'), 'B\t1\na\t1\nab\t1\nb\t1\n\xff\t1\n');
  t.is(asTsv(await referenceCount([])).length, 0);
});

test('results that part are told apart, with the line', (t) => {
  const [ours, wrong, long] = ['a\t1\nb\t2\n', 'a\t1\nb\t3\n', 'a\t1\nb\t2\nc\t1\n'].map((text) =>
    Buffer.from(text),
  );
  t.is(firstDifference(ours!, ours!), undefined);
  t.is(firstDifference(wrong!, ours!), 'line 2 is "b\\t3", should be "b\\t2"');
  t.is(firstDifference(long!, ours!), '1 lines too many, the first is "c\\t1"');
  t.is(firstDifference(ours!, long!), 'line 3 is undefined, should be "c\\t1"');
});

test('the most frequent words are found, the first of the bytes where they tie', (t) => {
  const tsv = Buffer.from('a\t2\nb\t5\nc\t2\nd\t9\ne\t5\n');
  const { words, distinct, top } = summarise(tsv, 3);
  t.is(words, 23);
  t.is(distinct, 5);
  t.deepEqual(top, [
    { word: 'd', count: 9 },
    { word: 'b', count: 5 },
    { word: 'e', count: 5 },
  ]);
  t.deepEqual(summarise(tsv, 0).top, []);
  t.is(summarise(tsv, 10).top.at(-1)?.word, 'c');
});
