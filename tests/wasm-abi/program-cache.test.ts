import test from 'ava';
import { ProgramCache } from '#wasm-abi/program-cache.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';
import { cacheDir, cGuest } from './guests.ts';

async function keys(): Promise<[string, string]> {
  const images = await Promise.all([cGuest('rpc', 'core'), cGuest('grow', 'core')]);
  const [one, other] = await Promise.all(images.map((image) => prepareImage(image, { cacheDir })));
  return [one?.key ?? '', other?.key ?? ''];
}

test('a program is loaded once for all that ask for it', async (t) => {
  const [key] = await keys();
  const programs = new ProgramCache({ cacheDir });
  const [one, other] = await Promise.all([programs.get(key), programs.get(key)]);
  t.is(one, other);
});

test('the program that was used longest ago is forgotten first', async (t) => {
  const [one, other] = await keys();
  const programs = new ProgramCache({ cacheDir, maxPrograms: 1 });
  const before = await programs.get(one);
  await programs.get(other);
  t.not(await programs.get(one), before);
});

test('a failure to load is not kept', async (t) => {
  const programs = new ProgramCache({ cacheDir });
  const key = 'e'.repeat(64);
  await t.throwsAsync(programs.get(key), { code: 'not-prepared' });
  await t.throwsAsync(programs.get(key), { code: 'not-prepared' });
  t.not(
    programs.get(key).catch(() => 1),
    programs.get(key).catch(() => 1),
  );
});
