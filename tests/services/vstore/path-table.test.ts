import { stat as statFile } from 'node:fs/promises';
import test from 'ava';
import type { PathEntry } from '#posiv-wit/generated/wire.ts';
import { openJournal } from '#services/vstore/journal.ts';
import { PathTable } from '#services/vstore/path-table.ts';
import { TestFolder } from './support/folder.ts';
import { quiet } from '#tests/support/quiet.ts';

const RANDOM = { bytes: (count: number) => new Uint8Array(count) };

function entry(path: string, version: number, settled = true): PathEntry {
  const stat = { path, size: 1, blob: `blob-${version % 3}`, modifiedMs: version };
  return { path, heads: [{ version, stat, settled }] };
}

test('the journal of a path that changes often stays small', async (t) => {
  await using folder = await TestFolder.make();
  const components = { disk: folder.disk, random: RANDOM };
  const table = await PathTable.open(components, quiet);
  const versions = Array.from({ length: 25_000 }, (_, index) => index + 1);
  for (let at = 0; at < versions.length; at += 1_000) {
    const some = versions.slice(at, at + 1_000);
    await Promise.all(some.map((version) => table.merge([entry('/often', version)])));
  }
  await table.merge([entry('/once', 1)]);
  await table[Symbol.asyncDispose]();
  t.true((await statFile(folder.path('paths.journal'))).size < 12_000 * 55);
  await using again = await PathTable.open(components, quiet);
  t.deepEqual(again.get('/often'), entry('/often', 25_000));
  t.deepEqual(again.get('/once'), entry('/once', 1));
  t.is(again.count, 2);
});

test('a blob is bound for as long as any path may stand for it', async (t) => {
  await using folder = await TestFolder.make();
  const components = { disk: folder.disk, random: RANDOM };
  const table = await PathTable.open(components, quiet);
  await table.merge([entry('/x', 1), entry('/y', 1)]);
  await table.merge([entry('/x', 2, false)]);
  await table.forget('/y', 1);
  t.true(table.isBound('blob-1'), 'the register may still have it');
  t.true(table.isBound('blob-2'));
  await table.merge([entry('/x', 2)]);
  t.false(table.isBound('blob-1'));
  await table[Symbol.asyncDispose]();
  await using again = await PathTable.open(components, quiet);
  t.false(again.isBound('blob-1'));
  t.true(again.isBound('blob-2'));
});

test('what is known of a path does not depend on the order in which it became known', async (t) => {
  const known = [entry('/x', 1), entry('/x', 2, false), entry('/x', 2), entry('/x', 3, false)];
  for (const order of [known, known.toReversed(), [known[2]!, known[3]!, known[0]!, known[1]!]]) {
    await using folder = await TestFolder.make();
    await using table = await PathTable.open({ disk: folder.disk, random: RANDOM }, quiet);
    for (const each of order) await table.merge([each]);
    t.deepEqual(table.get('/x')?.heads, [...entry('/x', 2).heads, ...entry('/x', 3, false).heads]);
  }
});

test('an entry that was added to is not left to others', async (t) => {
  await using folder = await TestFolder.make();
  await using table = await PathTable.open({ disk: folder.disk, random: RANDOM }, quiet);
  await table.merge([entry('/x', 1)]);
  const before = table.get('/x')!;
  await table.merge([entry('/x', 2, false)]);
  await table.leave(before);
  t.is(table.count, 1);
  await table.leave(table.get('/x')!);
  t.is(table.count, 0);
});

test('a journal of another version is refused', async (t) => {
  await using folder = await TestFolder.make();
  const components = { disk: folder.disk, random: RANDOM };
  const journal = await openJournal(components, { path: 'paths.journal', replay() {} });
  await journal.append(Uint8Array.of(200, 1, 2, 3), () => {});
  await journal[Symbol.asyncDispose]();
  await t.throwsAsync(PathTable.open(components, quiet), { code: 'journal-format' });
});
