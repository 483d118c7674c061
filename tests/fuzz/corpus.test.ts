import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { compare } from './differential.ts';
import { exposed } from './exposed.ts';

const CORPUS = join(import.meta.dirname, '../fixtures/rewriting');

for (const name of await readdir(CORPUS)) {
  test(`${name} behaves the same rewritten`, async (t) => {
    const module = exposed(new Uint8Array(await readFile(join(CORPUS, name))));
    for (let seed = 1; seed <= 3; seed++)
      t.deepEqual(await compare(module, seed), { kind: 'same' });
  });
}
