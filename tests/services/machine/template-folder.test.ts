import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import test from 'ava';
import {
  markUsed,
  removeLeft,
  tidy,
  unfinishedIn,
} from '#services/machine/qemu/template-folder.ts';

const HOUR_MS = 3_600_000;
const NOW = 1_900_000_000_000;

test('the eight templates that were used last stay, and none that is half done', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const make = async (name: string, usedMs: number): Promise<void> => {
    await mkdir(join(folder, name));
    await markUsed(join(folder, name), usedMs);
  };
  for (let at = 0; at < 11; at += 1) await make(`template-${at}`, NOW - at * HOUR_MS);
  await make('new-1-1-left', NOW);
  await make('new-left', NOW); // of an earlier version
  await markUsed(join(folder, 'template-10'), NOW);
  await tidy(folder, NOW);
  const kept = ['10', '0', '1', '2', '3', '4', '5', '6'].map((at) => `template-${at}`);
  t.deepEqual((await readdir(folder)).toSorted(), kept.toSorted());
});

test('what a process that was killed has left half done goes, and what another does stays', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const going = await unfinishedIn(folder);
  const source = `
    const { unfinishedIn } = await import('#services/machine/qemu/template-folder.ts');
    process.stdout.write(await unfinishedIn(${JSON.stringify(folder)}));
    process.stdin.resume();
  `;
  const other = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [others] = (await once(other.stdout, 'data')) as [Buffer];
  await removeLeft(folder);
  const names = [going, others.toString()].map((each) => basename(each));
  t.deepEqual((await readdir(folder)).toSorted(), names.toSorted());
  other.kill('SIGKILL');
  await once(other, 'exit');
  await removeLeft(folder);
  t.deepEqual(await readdir(folder), [basename(going)]);
});
