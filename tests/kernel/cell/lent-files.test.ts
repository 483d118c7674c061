import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { LentFiles } from '#kernel/cell/lent-files.ts';
import { LentFile } from '#kernel/ipc/lent-file.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

interface Lending {
  readonly root: string;
  readonly clock: ManualClock;
  readonly files: LentFiles;
  /** The names of the files whose owner was told that they could not be read. */
  readonly unread: string[];
  /** Lends a file of the root under the name of its content. */
  lend(name: string): Promise<boolean>;
}

/** A data folder with two files, of which a cell may be lent some. */
async function lending(t: ExecutionContext): Promise<Lending> {
  const root = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'lent'));
  for (const name of ['one', 'two']) await writeFile(join(root, name), name);
  const clock = new ManualClock();
  const files = new LentFiles(root, join(root, 'lent'), clock);
  const unread: string[] = [];
  return {
    root,
    clock,
    files,
    unread,
    lend: (name) => files.lend(new LentFile(name, `name-of-${name}`, 3, () => unread.push(name))),
  };
}

test('a cell finds what it was lent in its folder, and nothing else', async (t) => {
  const { files, lend } = await lending(t);
  t.true(await lend('one'));
  t.true(await lend('one'));
  t.deepEqual(await readdir(files.folder), ['name-of-one']);
  t.is(await readFile(join(files.folder, 'name-of-one'), 'utf8'), 'one');
});

test('what is not there is not lent', async (t) => {
  const { files, lend } = await lending(t);
  t.false(await lend('three'));
  t.deepEqual(await readdir(files.folder), []);
});

test('what was lent is taken back a minute after it was lent last', async (t) => {
  const { clock, files, lend } = await lending(t);
  await lend('one');
  await lend('two');
  await clock.advance(40_000);
  await lend('one');
  await clock.advance(20_000);
  while ((await readdir(files.folder)).length > 1); // removed beside the rest
  t.deepEqual(await readdir(files.folder), ['name-of-one']);
  await clock.advance(40_000);
  while ((await readdir(files.folder)).length > 0);
  t.true(await lend('two'));
});

test('the owner of a file hears that it could not be read, if it was lent', async (t) => {
  const { files, lend, unread } = await lending(t);
  await lend('one');
  files.unread('name-of-two');
  files.unread('name-of-one');
  files.unread('name-of-one');
  t.deepEqual(unread, ['one']);
});

test('a cell that reads nothing of what it is lent is lent nothing any more', async (t) => {
  const { files, lend } = await lending(t);
  for (let times = 0; times < 64; times += 1) {
    t.true(await lend('one'));
    files.unread('name-of-one');
  }
  t.false(await lend('one'));
});

test('nothing is left of what was lent to a cell that has ended', async (t) => {
  const { root, files, lend } = await lending(t);
  await lend('one');
  await files.close();
  t.false(await lend('two'));
  t.deepEqual(await readdir(join(root, 'lent')), []);
  await t.notThrowsAsync(access(join(root, 'one')));
});
