import test from 'ava';
import { blocks, corpus } from '../../bench/corpus.ts';

const BOOK = ['one\n', 'two and more\n', 'three\n'].map((line) => Buffer.from(line));

test('a text has exactly the bytes that were asked for, the rest that no line fits as line feeds', (t) => {
  for (const size of [1, 5, 50, 1_000]) t.is(Buffer.concat([...blocks(BOOK, size)]).length, size);
  t.is(Buffer.concat([...blocks(BOOK, 2)]).toString(), '\n\n');
});

test('the same text is made every time, and each pass has every line', (t) => {
  const [first] = blocks(BOOK, 1_000);
  t.deepEqual([...blocks(BOOK, 1_000)][0], first);
  t.deepEqual(first!.toString().split('\n').toSorted(), ['', 'one', 'three', 'two and more']);
});

test('a longer text begins with the shorter one', (t) => {
  const short = Buffer.concat([...blocks(BOOK, 2_600)]).toString();
  const long = Buffer.concat([...blocks(BOOK, 26_000)]).toString();
  t.true(long.startsWith(short.trimEnd()));
});

test('a size that is not known is refused', async (t) => {
  await t.throwsAsync(corpus('3 MB'), { instanceOf: RangeError, message: /'3 MB'/ });
});
