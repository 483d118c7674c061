import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { markUsed, tidy } from '#services/machine/qemu/template-folder.ts';

const HOUR_MS = 3_600_000;
const NOW = 1_900_000_000_000;

test('the eight templates that were used last stay, and what is half done goes after an hour', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const make = async (name: string, usedMs: number): Promise<void> => {
    await mkdir(join(folder, name));
    await markUsed(join(folder, name), usedMs);
  };
  for (let at = 0; at < 11; at += 1) await make(`template-${at}`, NOW - at * HOUR_MS);
  await make('new-left', NOW - 2 * HOUR_MS);
  await make('new-going-on', NOW - HOUR_MS / 2);
  await markUsed(join(folder, 'template-10'), NOW);
  await tidy(folder, NOW);
  const kept = ['10', '0', '1', '2', '3', '4', '5', '6'].map((at) => `template-${at}`);
  t.deepEqual((await readdir(folder)).toSorted(), ['new-going-on', ...kept].toSorted());
});
