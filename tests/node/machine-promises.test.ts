import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { LocalResources } from '#node/machines/host-resources.ts';

test('what a node that was killed had promised is promised by nobody', async (t) => {
  const cacheDir = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(cacheDir, { recursive: true, force: true }));
  const resources = new LocalResources(cacheDir);
  const folder = join(cacheDir, 'machine-promises');
  await resources.promise(1_000);
  const [own = ''] = await readdir(folder);
  t.is((await resources.memory()).others, 0, 'its own is not that of another');

  // The number of this process at another time, and one that cannot be.
  const [pid] = own.split('-');
  for (const name of [`${pid}-1`, '4194999-17', '4194999-17.3'])
    await writeFile(join(folder, name), '77');
  t.is((await resources.memory()).others, 0);
  t.deepEqual(await readdir(folder), [own]);
  await resources.promise(0);
  t.deepEqual(await readdir(folder), []);
});

test('a node counts what another process has promised', async (t) => {
  const cacheDir = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(cacheDir, { recursive: true, force: true }));
  const program = `
    const { LocalResources } = await import('#node/machines/host-resources.ts');
    await new LocalResources(${JSON.stringify(cacheDir)}).promise(123456);
    process.stdout.write('told');
    process.stdin.resume();
  `;
  const other = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(other.stdout, 'data');
  const resources = new LocalResources(cacheDir);
  t.is((await resources.memory()).others, 123_456);
  other.kill('SIGKILL');
  await once(other, 'exit');
  t.is((await resources.memory()).others, 0);
});
