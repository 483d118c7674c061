// A disk in a file becomes a template, and machines of it run on real nodes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { bootSector } from '#tests/support/boot-sector.ts';
import { hasQemu } from '#tests/support/with-qemu.ts';
import { sharedCluster } from './shared-cluster.ts';

const cluster = sharedCluster(test);
const MIB = 2 ** 20;

test('a disk is imported, a machine boots from it, and outlives its template', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'Tiny.raw');
  const bytes = Buffer.alloc(8 * MIB);
  bytes.set(bootSector());
  await writeFile(file, bytes);
  const userData = join(folder, 'user-data');
  await writeFile(userData, '#cloud-config\n');
  const vstar = (...words: readonly string[]) => cluster().vstar(['machine', ...words]);

  const words = ['--user-data', userData, '--ready', 'ready# '];
  const imported = await vstar('template', 'import', file, ...words);
  t.is(imported.status, 0, imported.stderr);
  t.regex(imported.stderr, /template tiny: a disk of 8\.0 MiB, 64\.0 KiB of it not empty/);
  t.regex((await vstar('template', 'ls')).stdout, /^tiny +64\.\d KiB +Tiny\.raw$/m);

  const small = await vstar('create', 'small', '--template', 'tiny', '--disk', '4M');
  t.is(small.status, 1);
  t.regex(small.stderr, /disk is 4194304: the image has 8388608 bytes/);
  const made = await vstar('create', 'one', '--template', 'tiny', '--memory', '32M');
  t.is(made.status, 0, made.stderr);
  t.regex((await vstar('logs', 'one')).stdout, /ready#/);
  t.regex((await vstar('info', 'one')).stdout, /^image fetched +64\.0 KiB$/m);
  t.is((await vstar('template', 'rm', 'tiny')).status, 0);
  for (const action of ['stop', 'start']) {
    const ended = await vstar(action, 'one');
    t.is(ended.status, 0, ended.stderr);
  }
  t.is((await vstar('rm', 'one', 'small')).status, 0);
  const left = await cluster().vstar(['ls', '/machines/images/']);
  t.notRegex(left.stdout, /images/);
});

test('what is no disk is refused, and says why', async (t) => {
  if (!hasQemu(t)) return;
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'text');
  await writeFile(file, 'no disk'.repeat(200));
  const refused = await cluster().vstar(['machine', 'template', 'import', file]);
  t.is(refused.status, 5);
  t.regex(refused.stderr, /cannot be taken: .* no boot sector .*\[refused\]/);
  const missing = await cluster().vstar(['machine', 'template', 'import', join(folder, 'none')]);
  t.is(missing.status, 3);
});
