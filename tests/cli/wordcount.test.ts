import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { asTsv, referenceCount } from '#cli/wordcount/reference-count.ts';
import { mobyDick } from '#cli/wordcount/text.ts';
import { sharedCluster } from './shared-cluster.ts';
import { temporaryFolder } from './vstar-process.ts';

const cluster = sharedCluster(test);

async function expected(...files: readonly string[]): Promise<Buffer> {
  return asTsv(await referenceCount(files.map((file) => createReadStream(file))));
}

/** That a job took away what it had put into vStore. */
async function leftInStore(): Promise<readonly unknown[]> {
  return JSON.parse((await cluster().vstar(['ls', '/wordcount/', '--json'])).stdout) as unknown[];
}

test.serial('the words of a book are counted as an independent count has them', async (t) => {
  t.timeout(180_000); // with the first build of the images
  await using folder = await temporaryFolder();
  const book = join(folder.path, 'book.txt');
  await writeFile(book, (await mobyDick()).read());
  const output = join(folder.path, 'counts.tsv');
  const args = [
    'wordcount',
    book,
    '--output',
    output,
    '--maps',
    '8',
    '--reduces',
    '3',
    '--split-size',
    '100K',
  ];
  const { status, stdout, stderr } = await cluster().vstar(args);
  t.is(status, 0, stderr);
  t.is(stdout, '');
  t.regex(stderr, /212,678 words, 32,923 different ones, counted by \d+ map and 3 reduce vTasks/);
  t.true((await readFile(output)).equals(await expected(book)));
  t.deepEqual(await readdir(folder.path), ['book.txt', 'counts.tsv']);
  t.deepEqual(await leftInStore(), []);
});

test.serial('several files are counted together, and a word ends with its file', async (t) => {
  await using folder = await temporaryFolder();
  const files = ['a', 'b'].map((name) => join(folder.path, name));
  await writeFile(files[0]!, 'one two');
  await writeFile(files[1]!, 'two\ttwo\rthree\fone\n');
  const { status, stdout } = await cluster().vstar(['wordcount', ...files, '--output', '-']);
  t.is(status, 0);
  t.is(stdout, 'one\t2\nthree\t1\ntwo\t3\n');
});

test.serial('a binary file is counted by its bytes', async (t) => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'binary');
  await writeFile(file, randomBytes(300_000));
  const { status, out } = await cluster().vstar([
    'wordcount',
    file,
    '-o',
    '-',
    '--split-size',
    '10K',
  ]);
  t.is(status, 0);
  t.true(out.equals(await expected(file)));
});

test.serial('invalid UTF-8 is counted and written as it is', async (t) => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'latin1');
  await writeFile(file, Buffer.from('na\xefve \xff\xfe na\xefve\x0bx', 'latin1'));
  const { out } = await cluster().vstar(['wordcount', file, '-o', '-']);
  t.is(out.toString('latin1'), 'na\xefve\t1\nna\xefve\x0bx\t1\n\xff\xfe\t1\n');
});

test.serial('a word longer than many splits is counted once', async (t) => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'long');
  await writeFile(file, `a ${'b'.repeat(50_000)} a`);
  const { status, out } = await cluster().vstar([
    'wordcount',
    file,
    '-o',
    '-',
    '--split-size',
    '1K',
  ]);
  t.is(status, 0);
  t.true(out.equals(await expected(file)));
});

test.serial('an empty file has an empty result', async (t) => {
  await using folder = await temporaryFolder();
  const [file, output] = [join(folder.path, 'empty'), join(folder.path, 'counts.tsv')];
  await writeFile(file, '');
  const { status, stderr } = await cluster().vstar(['wordcount', file, '-o', output]);
  t.is(status, 0, stderr);
  t.is((await readFile(output)).length, 0);
});

test.serial('files that are in vStore already are counted there, and stay', async (t) => {
  const { vstar } = cluster();
  await vstar(['put', '-', '/texts/one'], { input: 'x y x' });
  const { stdout } = await vstar(['wordcount', 'vstore:/texts/one', '-o', '-']);
  t.is(stdout, 'x\t2\ny\t1\n');
  t.is((await vstar(['get', '/texts/one'])).stdout, 'x y x');
});

test.serial(
  'a missing file, a directory and an output that cannot be are told before anything is done',
  async (t) => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file');
    await writeFile(file, 'x');
    await mkdir(join(folder.path, 'folder'));
    const cases = [
      [3, 'file-missing', [join(folder.path, 'missing'), '-o', '-']],
      [5, 'is-directory', [join(folder.path, 'folder'), '-o', '-']],
      [5, 'is-directory', [file, '-o', folder.path]],
      [5, 'file-unwritable', [file, '-o', join(folder.path, 'no', 'output')]],
      [5, 'file-unreadable', ['/proc/1/mem', '-o', '-']],
    ] as const;
    for (const [wanted, code, args] of cases) {
      const { status, stdout, stderr } = await cluster().vstar(['wordcount', ...args]);
      t.is(status, wanted, stderr);
      t.true(stderr.endsWith(`[${code}]\n`), stderr);
      t.is(stdout, '');
    }
    t.deepEqual(await leftInStore(), []);
  },
);

test.serial('a full disk leaves the output as it was', async (t) => {
  const { vstar } = cluster();
  await vstar(['put', '-', '/texts/one'], { input: 'x y x' });
  const { status, stderr } = await vstar(['wordcount', 'vstore:/texts/one', '-o', '/dev/full']);
  t.is(status, 6);
  t.regex(stderr, /\[disk-full\]/);
});

test.serial(
  'Ctrl-C in the middle ends its vTasks, and takes away what it had stored',
  async (t) => {
    await using folder = await temporaryFolder();
    const [file, output] = [join(folder.path, 'big'), join(folder.path, 'counts.tsv')];
    const text = Buffer.concat(await Array.fromAsync((await mobyDick()).read()));
    await writeFile(file, Buffer.concat(Array.from({ length: 16 }, () => text)));
    const { vstar, startVstar } = cluster();
    const job = startVstar(['wordcount', file, '-o', output, '--split-size', '64K']);
    await job.said(/^map: /m);
    job.child.kill('SIGINT');
    const { status, stderr } = await job.ended;
    t.is(status, 130);
    t.regex(stderr, /stopped by SIGINT/);
    t.deepEqual(await readdir(folder.path), ['big']);
    t.deepEqual(await leftInStore(), []);
    t.deepEqual(JSON.parse((await vstar(['ps', '--json'])).stdout), []);
  },
);

test.serial('with --json it says what was counted by whom, apart from the counts', async (t) => {
  const { vstar } = cluster();
  await using folder = await temporaryFolder();
  const output = join(folder.path, 'counts.tsv');
  await vstar(['put', '-', '/texts/json'], { input: 'one two two' });
  const { stdout } = await vstar(['wordcount', 'vstore:/texts/json', '-o', output, '--json']);
  t.like(JSON.parse(stdout), { words: 3, distinct: 2, output, retries: 0 });
  const mixed = await vstar(['wordcount', 'vstore:/texts/json', '-o', '-', '--json']);
  t.is(mixed.status, 2);
  t.regex(mixed.stderr, /cannot both go to standard output/);
});
