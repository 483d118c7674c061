import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { ProgramCache } from '#wasm-abi/program-cache.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';
import { cacheDir, cGuest } from './guests.ts';

async function keys(): Promise<readonly [string, string, string]> {
  const of = async (name: string): Promise<string> =>
    (await prepareImage(await cGuest(name, 'core'), { cacheDir })).key;
  return [await of('rpc'), await of('grow'), await of('leaves')];
}

test('a program is loaded once for all that ask for it', async (t) => {
  const [key] = await keys();
  const programs = new ProgramCache({ cacheDir });
  const [one, other] = await Promise.all([programs.get(key), programs.get(key)]);
  t.is(one, other);
});

test('a program that has been loaded is there at once', async (t) => {
  const [key] = await keys();
  const programs = new ProgramCache({ cacheDir });
  const loading = programs.get(key);
  t.true(loading instanceof Promise);
  const loaded = await loading;
  t.is(programs.get(key), loaded);
});

test('the program that was used longest ago is forgotten first', async (t) => {
  const [one, two, three] = await keys();
  const programs = new ProgramCache({ cacheDir, maxPrograms: 2 });
  const first = await programs.get(one);
  const second = await programs.get(two);
  await programs.get(one);
  await programs.get(three);
  t.is(await programs.get(one), first);
  t.not(await programs.get(two), second);
});

test('a failure to load is not kept', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const [key] = await keys();
  const programs = new ProgramCache({ cacheDir: folder });
  await t.throwsAsync(async () => programs.get(key), { code: 'not-prepared' });
  await prepareImage(await cGuest('rpc', 'core'), { cacheDir: folder });
  t.is((await programs.get(key)).description.kind, 'core');
});
