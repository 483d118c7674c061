import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { sharedCluster } from './shared-cluster.ts';
import { startVstar, temporaryFolder, vstar as runVstar } from './vstar-process.ts';

const cluster = sharedCluster(test);

test.serial('a file of any bytes comes back as it was', async (t) => {
  await using folder = await temporaryFolder();
  const bytes = randomBytes(9_000_001); // more than the appends that are out at once
  await writeFile(join(folder.path, 'in'), bytes);
  const { vstar } = cluster();
  t.is((await vstar(['put', join(folder.path, 'in'), '/random'])).status, 0);
  t.is((await vstar(['get', '/random', join(folder.path, 'out')])).status, 0);
  t.true(bytes.equals(await readFile(join(folder.path, 'out'))));
  t.deepEqual(await readdir(folder.path), ['in', 'out']);
});

test.serial('standard input is stored, and standard output is written to', async (t) => {
  const { vstar } = cluster();
  const input = randomBytes(3_000_000);
  t.is((await vstar(['put', '-', '/piped'], { input })).status, 0);
  const { out, stderr } = await vstar(['get', '/piped']);
  t.true(input.equals(out));
  t.is(stderr, '');
});

test.serial('an empty file is stored and fetched', async (t) => {
  const { vstar } = cluster();
  t.is((await vstar(['put', '-', '/empty'], { input: '' })).status, 0);
  const { status, out } = await vstar(['get', '/empty']);
  t.is(status, 0);
  t.is(out.length, 0);
});

test.serial('a part of a file is fetched by its offset and length', async (t) => {
  const { vstar } = cluster();
  await vstar(['put', '-', '/digits'], { input: '0123456789' });
  const part = async (...args: string[]): Promise<string> =>
    (await vstar(['get', '/digits', ...args])).stdout;
  t.is(await part('--offset', '3', '--length', '4'), '3456');
  t.is(await part('--offset', '8', '--length', '1K'), '89');
  t.is(await part('--offset', '10'), '');
  const beyond = await vstar(['get', '/digits', '--offset', '11']);
  t.is(beyond.status, 2);
  t.regex(beyond.stderr, /--offset is 11, but \/digits has 10 bytes \[usage\]/);
});

test.serial(
  'files are put under a path that ends in /, listed by prefix, and removed',
  async (t) => {
    await using folder = await temporaryFolder();
    const files = ['one', 'two'].map((name) => join(folder.path, name));
    await Promise.all(files.map((file) => writeFile(file, file)));
    const { vstar } = cluster();
    t.is((await vstar(['put', ...files, '/listed/'])).status, 0);
    const listed = async (): Promise<string[]> =>
      JSON.parse((await vstar(['ls', '/listed/', '--json'])).stdout).map(
        ({ path }: { path: string }) => path,
      );
    t.deepEqual(await listed(), ['/listed/one', '/listed/two']);
    t.regex(
      (await vstar(['ls', '/listed/'])).stdout,
      /^ *SIZE +MODIFIED \(UTC\) +PATH\n.*\/listed\/one\n.*\/listed\/two\n$/,
    );
    t.is((await vstar(['rm', '/listed/one'])).status, 0);
    t.deepEqual(await listed(), ['/listed/two']);
  },
);

test.serial(
  'a path that stands for nothing is not found, and the output file stays as it was',
  async (t) => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'out');
    await writeFile(file, 'before');
    const { vstar } = cluster();
    for (const args of [
      ['get', '/nothing', file],
      ['rm', '/nothing'],
    ]) {
      const { status, stderr } = await vstar(args);
      t.is(status, 3);
      t.regex(stderr, /\/nothing: not found.*\[not-found\]/);
    }
    t.is(await readFile(file, 'utf8'), 'before');
  },
);

test.serial('a missing file is told before anything is stored', async (t) => {
  await using folder = await temporaryFolder();
  const there = join(folder.path, 'there');
  await writeFile(there, 'x');
  const { vstar } = cluster();
  const { status, stderr } = await vstar(['put', there, join(folder.path, 'missing'), '/half/']);
  t.is(status, 3);
  t.regex(stderr, /there is no file .*missing; check the path \[file-missing\]/);
  t.deepEqual(JSON.parse((await vstar(['ls', '/half/', '--json'])).stdout), []);
});

test.serial('a directory is no file, to be read or to be written', async (t) => {
  await using folder = await temporaryFolder();
  const { vstar } = cluster();
  await vstar(['put', '-', '/file'], { input: 'x' });
  for (const args of [
    ['put', folder.path, '/folder'],
    ['get', '/file', folder.path],
  ]) {
    const { status, stderr } = await vstar(args);
    t.is(status, 5);
    t.regex(stderr, /is a directory; give the path of a file \[is-directory\]/);
  }
});

test.serial('a file that cannot be read is told with the reason', async (t) => {
  // Without rights: EACCES. With all rights: EIO, for nothing is mapped at the first page of a process.
  const { status, stderr } = await cluster().vstar(['put', '/proc/1/mem', '/memory']);
  t.is(status, 5);
  t.regex(stderr, /\/proc\/1\/mem cannot be read: .*\[file-unreadable\]/);
});

test.serial('an output in a folder that does not exist is refused with the folder', async (t) => {
  await using folder = await temporaryFolder();
  const { vstar } = cluster();
  await vstar(['put', '-', '/file'], { input: 'x' });
  const { status, stderr } = await vstar(['get', '/file', join(folder.path, 'no', 'out')]);
  t.is(status, 5);
  t.regex(stderr, /there is no directory .*\/no; make it first \[file-unwritable\]/);
});

test.serial('a full disk is told, for a file and for standard output', async (t) => {
  const { vstar, environment } = cluster();
  await vstar(['put', '-', '/big'], { input: randomBytes(2_000_000) });
  const file = await vstar(['get', '/big', '/dev/full']);
  t.is(file.status, 6);
  t.regex(file.stderr, /no space left for \/dev\/full.*\[disk-full\]/);
  const args = ['-c', 'vstar get /big >/dev/full'];
  const piped = await startVstar(args, { env: environment }, 'sh').ended;
  t.is(piped.status, 6);
  t.regex(piped.stderr, /no space left for standard output.*\[disk-full\]/);
});

test.serial('a path of the wrong form is refused before a node is asked', async (t) => {
  const { vstar } = cluster();
  const relative = await vstar(['put', '-', 'name'], { input: '' });
  t.is(relative.status, 2);
  t.regex(relative.stderr, /"name"; a path in vStore begins with \/ \[usage\]/);
  const many = await vstar(['put', 'a', 'b', '/one']);
  t.is(many.status, 2);
  t.regex(many.stderr, /\/one cannot stand for 2 files; end it with \/ \[usage\]/);
});

test.serial('Ctrl-C in the middle of a put leaves the path as it was', async (t) => {
  const { vstar, startVstar: start } = cluster();
  await vstar(['put', '-', '/kept'], { input: 'before' });
  const put = start(['put', '-', '/kept'], { input: randomBytes(3_000_000), holdsInput: true });
  await new Promise((resolve) => put.child.stdin?.write(randomBytes(3_000_000), resolve)); // it reads
  put.child.kill('SIGINT');
  const { status, stderr } = await put.ended;
  t.is(status, 130);
  t.regex(stderr, /stopped by SIGINT/);
  t.is((await vstar(['get', '/kept'])).stdout, 'before');
});

test.serial('whoever stops reading ends a get without a word', async (t) => {
  const { vstar, environment } = cluster();
  await vstar(['put', '-', '/long'], { input: randomBytes(4_000_000) });
  const args = ['-c', 'vstar get /long | head -c 10 | wc -c'];
  const { status, stdout, stderr } = await startVstar(args, { env: environment }, 'sh').ended;
  t.is(status, 0);
  t.is(stdout.trim(), '10');
  t.is(stderr, '');
});

test.serial(
  'a file whose bytes no node has any more is said to be lost, and can be removed',
  async (t) => {
    await using folder = await temporaryFolder();
    const data = join(folder.path, 'node');
    const start = async () => {
      const node = startVstar(['node', '--data', data, '--warm-cells', '0']);
      t.teardown(() => node.child.kill('SIGKILL'));
      await node.said(/runs as node/);
      return node;
    };
    const first = await start();
    const put = await runVstar(['put', '-', '/lost', '--data', data], {
      input: randomBytes(1_000),
    });
    t.is(put.status, 0, put.stderr);
    first.child.kill();
    await first.ended;
    for (const what of ['chunks', 'manifests']) await rm(join(data, what), { recursive: true });
    await start();
    const got = await runVstar(['get', '/lost', '--data', data]);
    t.is(got.status, 3, got.stderr);
    t.regex(
      got.stderr,
      /^vstar: get \/lost: no node has the bytes .* vstar rm \/lost .*\[not-found\]\n$/,
    );
    t.is((await runVstar(['rm', '/lost', '--data', data])).status, 0);
    const gone = await runVstar(['get', '/lost', '--data', data]);
    t.is(gone.status, 3);
    t.regex(gone.stderr, /nothing is bound to \/lost/);
  },
);
