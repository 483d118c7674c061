import test from 'ava';
import { MAX_WRITE_BYTES, WINDOW_BYTES, windowOf } from '#kernel/lane/log-writer.ts';
import { LogBook } from '#kernel/log-book.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

function bookOfOne(): { book: LogBook; credits: number[] } {
  const credits: number[] = [];
  const book = new LogBook({
    clock: new ManualClock(),
    credit: (_, window) => void credits.push(window),
  });
  book.open('a', 'default');
  return { book, credits };
}

test('short entries take more of the window than their bytes, and are given back many at a time', (t) => {
  const { book, credits } = bookOfOne();
  let outstanding = 0;
  let most = 0;
  for (let count = 0; count < 10_000; count += 1) {
    outstanding += windowOf(1);
    book.write('a', 'output', new Uint8Array(1));
    outstanding -= credits.splice(0).reduce((sum, each) => sum + each, 0);
    most = Math.max(most, outstanding);
  }
  t.true(windowOf(1) > 100);
  t.true(most < WINDOW_BYTES / 2, 'a writer that is held back hears of it');
  t.true(most > 100 * windowOf(1));
});

test('who writes on while a reader is behind has not waited for its credit', async (t) => {
  const { book, credits } = bookOfOne();
  const following = book.read('a', 0, 1);
  let outstanding = 0;
  for (const size of Array.from({ length: 40 }, (_, at) => (at % 2 ? 10 : MAX_WRITE_BYTES))) {
    if (outstanding > WINDOW_BYTES) break; // now it is held back
    t.false(book.exceeds('a', size));
    book.write('a', 'output', new Uint8Array(size));
    outstanding += windowOf(size);
    outstanding -= credits.splice(0).reduce((sum, each) => sum + each, 0);
  }
  t.true(outstanding > WINDOW_BYTES);
  t.true(book.exceeds('a', MAX_WRITE_BYTES));
  await following;
});

test('what is kept are the last entries, under their numbers', async (t) => {
  const { book } = bookOfOne();
  for (let number = 0; number < 3_000; number += 1)
    book.write('a', 'output', Buffer.from(`${number}`.padEnd(1_000)));
  const page = (await book.read('a', 0, 0))!;
  const [first] = page.entries;
  t.true(first!.number > 2_700 && first!.number < 2_800);
  for (const { number, text } of page.entries)
    t.is(Buffer.from(text).toString().trim(), `${number}`);
  let next = page.next;
  for (let more = page; more.entries.length > 0; next = more.next)
    more = (await book.read('a', next, 0))!;
  t.is(next, 3_000);
});

test('an entry larger than what is kept stays until the next', async (t) => {
  const { book } = bookOfOne();
  book.open('b', 'default');
  const numbers = async (vtid: string): Promise<number[]> =>
    (await book.read(vtid, 0, 0))!.entries.map(({ number }) => number);
  for (const vtid of ['a', 'b']) book.write(vtid, 'output', new Uint8Array(300_000));
  book.write('b', 'output', new Uint8Array(1));
  t.deepEqual(await numbers('a'), [0]);
  t.deepEqual(await numbers('b'), [1]);
});

/** All that is kept of logs, in bytes of text. */
async function keptOf(book: LogBook, vtids: readonly string[]): Promise<number> {
  let kept = 0;
  for (const vtid of vtids)
    for (let next = 0; ;) {
      const page = (await book.read(vtid, next, 0))!;
      if (page.entries.length === 0) break;
      for (const { text } of page.entries) kept += text.byteLength;
      ({ next } = page);
    }
  return kept;
}

test('the logs of a tenant that live keep 64 MiB together, followed or not, and those of others are not theirs', async (t) => {
  const { book } = bookOfOne();
  const vtids = Array.from({ length: 600 }, (_, at) => `v${at}`);
  for (const vtid of vtids) book.open(vtid, 'loud');
  book.write('a', 'output', new Uint8Array(200_000));
  for (const vtid of vtids) {
    await book.read(vtid, 0, 0);
    for (let count = 0; count < 250; count += 1) book.write(vtid, 'output', new Uint8Array(1_000));
  }
  const kept = await keptOf(book, vtids);
  t.true(kept <= 64 << 20 && kept > 48 << 20, `${kept}`);
  t.is(await keptOf(book, ['a']), 200_000);
  for (const vtid of vtids.slice(1)) book.end(vtid);
  for (let count = 0; count < 250; count += 1) book.write('v0', 'output', new Uint8Array(1_000));
  t.true((await keptOf(book, ['v0'])) > 200_000, 'whoever is left has as much as one alone');
});

test('what is kept of many short entries takes no more than what is kept of long ones', async (t) => {
  const { book } = bookOfOne();
  for (let count = 0; count < 100_000; count += 1) book.write('a', 'output', Uint8Array.of(count));
  const kept = await keptOf(book, ['a']);
  t.true(kept > 16_000 && kept <= (256 << 10) / 14, `${kept}`);
});
