// First file systems of templates on the disk of a node.
import { execFileSync } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { cpio, FILE } from '#cli/machine/template/cpio.ts';
import { TreeCache } from '#services/machine/container/tree-cache.ts';
import { temporaryFolder } from '#tests/cli/vstar-process.ts';
import { quiet } from '#tests/support/quiet.ts';

test('an initramfs is unpacked once, whether it was packed or not', async (t) => {
  await using folder = await temporaryFolder();
  await using trees = new TreeCache({ logger: quiet }, folder.path);
  const archive = cpio([{ path: 'init', mode: FILE, bytes: Buffer.from('words') }]);
  for (const [name, bytes] of [
    ['plain', archive],
    ['packed', gzipSync(archive)],
  ] as const) {
    const file = join(folder.path, name);
    await writeFile(file, bytes);
    using first = await trees.use(file);
    await rm(file);
    using again = await trees.use(file);
    t.is(again.value.path, first.value.path);
    t.is(first.value.bytes, archive.length);
    t.is(execFileSync('tar', ['-xOf', first.value.path, 'init']).toString(), 'words');
  }
});

test('what is no archive is refused, and leaves nothing', async (t) => {
  await using folder = await temporaryFolder();
  await using trees = new TreeCache({ logger: quiet }, folder.path);
  const file = join(folder.path, 'file');
  for (const bytes of [
    Buffer.from('nothing'),
    gzipSync('nothing'),
    gzipSync('x').subarray(0, 12),
  ]) {
    await writeFile(file, bytes);
    await t.throwsAsync(trees.use(file), { code: 'refused' });
  }
  t.deepEqual(await readdir(join(folder.path, 'trees')), []);
});
