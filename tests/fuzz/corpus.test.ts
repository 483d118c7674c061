import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { compare } from './differential.ts';
import { exposed } from './exposed.ts';
import { compareRecycledComponent } from './recycled-component.ts';
import { compareRecycled } from './recycled.ts';

const CORPUS = join(import.meta.dirname, '../fixtures/rewriting');
const RECYCLABLE = join(import.meta.dirname, '../fixtures/recycling');

const rewritten = await readdir(CORPUS);
const recyclable = await readdir(RECYCLABLE);

for (const name of rewritten) {
  test(`${name} behaves the same rewritten`, async (t) => {
    const module = exposed(new Uint8Array(await readFile(join(CORPUS, name))));
    for (let seed = 1; seed <= 3; seed++)
      t.deepEqual(await compare(module, seed), { kind: 'same' });
  });
}

for (const name of recyclable) {
  test(`an instance of ${name} that was put back cannot be told from a new one`, async (t) => {
    const module = exposed(new Uint8Array(await readFile(join(RECYCLABLE, name))));
    for (let seed = 1; seed <= 8; seed++)
      t.deepEqual(await compareRecycled(module, seed), { kind: 'same' });
  });

  test(`a component around ${name} that was put back cannot be told from a new one`, async (t) => {
    const module = exposed(new Uint8Array(await readFile(join(RECYCLABLE, name))));
    for (let seed = 1; seed <= 4; seed++)
      t.deepEqual(await compareRecycledComponent(module, seed), { kind: 'same' });
  });
}
