import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { BootFileCache } from '#services/machine/driver/boot-files.ts';
import { temporaryFolder } from '#tests/cli/vstar-process.ts';
import { quiet } from '#tests/support/quiet.ts';
import { TINY } from './support/hosts.ts';
import { MemoryBlobs } from './support/memory-blobs.ts';

test('a file to boot from stays while a machine is made of it, and of the others those that were used last', async (t) => {
  await using folder = await temporaryFolder();
  const blobs = new MemoryBlobs();
  const template = (name: string) => {
    blobs.put(name, Buffer.from(name));
    return { ...TINY.template, kernel: name, initrd: name };
  };
  await using files = new BootFileCache({ logger: quiet }, folder.path);
  const held = await files.use(template('held'), blobs.calls);
  const fetched: string[] = [];
  for (let each = 1; each <= 10; each += 1) {
    using one = await files.use(template(`k${each}`), blobs.calls);
    fetched.push(one.value.kernel);
  }
  t.is(await readFile(held.value.kernel, 'utf8'), 'held');
  t.is(held.value.kernel, held.value.initrd);

  const [last, first] = [
    await files.use(template('k10'), blobs.calls),
    await files.use(template('k1'), blobs.calls),
  ];
  t.is(last.value.kernel, fetched[9]!);
  t.not(first.value.kernel, fetched[0]!);
  t.is(await readFile(first.value.kernel, 'utf8'), 'k1');
  for (const each of [held, last, first]) each[Symbol.dispose]();
  await files[Symbol.asyncDispose]();
  t.deepEqual(await readdir(join(folder.path, 'boot')), []);
});

test('one that is not there is told of, and the other one is kept from nobody', async (t) => {
  await using folder = await temporaryFolder();
  const blobs = new MemoryBlobs();
  blobs.put('kernel', Buffer.from('kernel'));
  await using files = new BootFileCache({ logger: quiet }, folder.path);
  const template = { ...TINY.template, kernel: 'kernel', initrd: 'initrd' };
  await t.throwsAsync(files.use(template, blobs.calls), { code: 'store' });
  blobs.put('initrd', Buffer.from('initrd'));
  using both = await files.use(template, blobs.calls);
  t.is(await readFile(both.value.initrd, 'utf8'), 'initrd');
});

/** Files of three pieces; `onRead` is called before each piece of one is given. */
function pieces(onRead: (blob: string) => unknown) {
  const blobs = new MemoryBlobs();
  for (const name of ['kernel', 'initrd']) blobs.put(name, Buffer.alloc(3 << 20));
  const { calls } = blobs;
  const read: typeof calls.read = async (blob, offset, size) => {
    await onRead(blob);
    return calls.read(blob, offset, size);
  };
  return { ...calls, read };
}

const TWO = { ...TINY.template, kernel: 'kernel', initrd: 'initrd' };

test('both are fetched at the same time', async (t) => {
  await using folder = await temporaryFolder();
  await using files = new BootFileCache({ logger: quiet }, folder.path);
  const other = Promise.withResolvers<void>();
  const calls = pieces((blob) => (blob === 'initrd' ? other.resolve() : other.promise));
  using both = await files.use(TWO, calls);
  t.is((await readFile(both.value.kernel)).length, 3 << 20);
});

for (const [what, code] of [
  ['who waited for them alone leaves', 'ABORT_ERR'],
  ['the node is being stopped', 'failed'],
] as const)
  test(`no further piece is fetched once ${what}, and nothing is left`, async (t) => {
    await using folder = await temporaryFolder();
    await using files = new BootFileCache({ logger: quiet }, folder.path);
    const leaving = new AbortController();
    const read: string[] = [];
    const struck = Promise.withResolvers<void>();
    const calls = pieces((blob) => {
      if (read.push(blob) < 2) return struck.promise;
      if (code === 'failed') void files[Symbol.asyncDispose]();
      else leaving.abort(Object.assign(new Error('left'), { code }));
      return struck.resolve();
    });
    await t.throwsAsync(files.use(TWO, calls, leaving.signal), { code });
    await files[Symbol.asyncDispose]();
    t.deepEqual(read.toSorted(), ['initrd', 'kernel']);
    t.deepEqual(await readdir(join(folder.path, 'boot')), []);
  });
