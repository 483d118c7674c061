import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { entryPath, readEntry, writeEntry } from '#wasm-abi/cache-entry.ts';

const test = anyTest as TestFn<{ cacheDir: string }>;
const KEY = 'ab12';

test.beforeEach(async (t) => {
  t.context = { cacheDir: await mkdtemp(join(tmpdir(), 'vstar-cache-entry-')) };
});

test.afterEach.always((t) => rm(t.context.cacheDir, { recursive: true, force: true }));

const entryOf = (meta: string) => ({ meta, files: new Map([['file', Buffer.alloc(4_096, meta)]]) });

test('a whole entry stays where it is when another writer comes', async (t) => {
  const { cacheDir } = t.context;
  await writeEntry(cacheDir, KEY, entryOf('first'));
  const { ino } = await stat(entryPath(cacheDir, KEY));
  await writeEntry(cacheDir, KEY, entryOf('second'));
  t.is((await stat(entryPath(cacheDir, KEY))).ino, ino);
  t.is((await readEntry(cacheDir, KEY))?.meta, 'first');
});

test('a damaged entry is replaced', async (t) => {
  const { cacheDir } = t.context;
  await writeEntry(cacheDir, KEY, entryOf('first'));
  await truncate(join(entryPath(cacheDir, KEY), 'file'), 10);
  await writeEntry(cacheDir, KEY, entryOf('second'));
  t.is((await readEntry(cacheDir, KEY))?.meta, 'second');
});

test('of many writers at once one wins, and nothing else is left', async (t) => {
  const { cacheDir } = t.context;
  const names = Array.from({ length: 20 }, (_, index) => `writer ${index}`);
  await Promise.all(names.map((name) => writeEntry(cacheDir, KEY, entryOf(name))));
  t.true(names.includes((await readEntry<string>(cacheDir, KEY))?.meta ?? ''));
  t.deepEqual(await readdir(cacheDir), [KEY.slice(0, 2)]);
});
