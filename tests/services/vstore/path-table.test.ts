import { stat } from 'node:fs/promises';
import test from 'ava';
import { PathTable } from '#services/vstore/path-table.ts';
import { TestFolder } from './support/folder.ts';

const LOGGER = { debug() {}, info() {}, warn() {}, error() {} };
const RANDOM = { bytes: (count: number) => new Uint8Array(count) };

function record(path: string, version: number) {
  const blob = `blob-${version % 3}`;
  return { path, version, stat: { path, size: 1, blob, modifiedMs: version }, unsettled: [] };
}

test('the journal of a path that changes often stays small', async (t) => {
  await using folder = await TestFolder.make();
  const components = { disk: folder.disk, random: RANDOM };
  const table = await PathTable.open(components, LOGGER);
  const versions = Array.from({ length: 25_000 }, (_, index) => index + 1);
  for (let at = 0; at < versions.length; at += 1_000) {
    const some = versions.slice(at, at + 1_000);
    await Promise.all(some.map((version) => table.set(record('/often', version))));
  }
  await table.set(record('/once', 1));
  await table[Symbol.asyncDispose]();
  t.true((await stat(folder.path('paths.journal'))).size < 12_000 * 50);
  await using again = await PathTable.open(components, LOGGER);
  t.is(again.get('/often')?.version, 25_000);
  t.is(again.get('/once')?.version, 1);
  t.is(again.count, 2);
});

test('a blob is bound for as long as any path stands for it', async (t) => {
  await using folder = await TestFolder.make();
  const components = { disk: folder.disk, random: RANDOM };
  const table = await PathTable.open(components, LOGGER);
  await table.set(record('/x', 1));
  await table.set(record('/y', 1));
  await table.set(record('/x', 2));
  t.true(table.isBound('blob-1'));
  await table.forget('/y');
  t.false(table.isBound('blob-1'));
  t.true(table.isBound('blob-2'));
  await table[Symbol.asyncDispose]();
  await using again = await PathTable.open(components, LOGGER);
  t.false(again.isBound('blob-1'));
  t.true(again.isBound('blob-2'));
});
