import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { isAlive, startVstar, temporaryFolder, type Vstar } from './vstar-process.ts';

const START = fileURLToPath(new URL('../../cli/start.ts', import.meta.url));

/** `npm start` without npm, with its temporary files in a folder where nothing may be left. */
function start(folder: string, ...files: readonly string[]): Vstar {
  return startVstar([START, ...files], { env: { TMPDIR: folder } }, process.execPath);
}

test.serial(
  'the words of a whole book are counted on three nodes, and the result is checked',
  async (t) => {
    t.timeout(240_000); // with the first build of the images
    await using folder = await temporaryFolder();
    const { status, stdout, stderr } = await start(folder.path).ended;
    t.is(status, 0, stderr);
    t.regex(stdout, /3 worker nodes found each other over libp2p/);
    t.regex(stdout, /212,678 words, 32,923 different ones; the job took/);
    t.regex(stdout, /the same, byte for byte, as an independent count/);
    t.regex(stdout, /^ +1 +the +13,690 /m);
    t.is(stdout.match(/^ +\d+ {2}\S+ +[\d,]+ {2}█/gm)?.length, 10);
    const placed = [...stdout.matchAll(/^ +(node-\d) +(map|reduce) +([a-z2-7]{43,52}) /gm)];
    for (const kind of ['map', 'reduce'] as const) {
      const ofKind = placed.filter((each) => each[2] === kind);
      t.true(ofKind.length >= { map: 8, reduce: 3 }[kind], `${ofKind.length} ${kind} vTasks`);
      t.is(new Set(ofKind.map((each) => each[1])).size, 3, `${kind} vTasks on every node`);
    }
    // oxlint-disable-next-line no-control-regex -- colours are for terminals
    t.notRegex(stdout + stderr, /\u001b/);
    t.deepEqual(await readdir(folder.path), []);
  },
);

test.serial(
  'with --chaos the node that all joined by is killed during the job, then another of five, and the result is the same',
  async (t) => {
    t.timeout(600_000); // of a busy machine: alone it takes fifteen seconds
    await using folder = await temporaryFolder();
    const { status, stdout, stderr } = await start(folder.path, '--chaos').ended;
    t.is(status, 0, stderr);
    t.regex(stdout, /5 worker nodes found each other over libp2p/);
    t.regex(stdout, /node-1 is killed, which all others joined by/);
    t.regex(stdout, /a node was lost that the count needed, so it begins again/);
    t.regex(stdout, /node-[2-5] is killed\n/);
    t.regex(stdout, /212,678 words, 32,923 different ones; the job took/);
    t.regex(stdout, /the same, byte for byte, as an independent count/);
    t.deepEqual(await readdir(folder.path), []);
  },
);

test.serial('it counts the user’s own files, of whatever bytes', async (t) => {
  await using texts = await temporaryFolder();
  await using folder = await temporaryFolder();
  const [one, two] = [join(texts.path, 'one'), join(texts.path, 'two')];
  await writeFile(one, Buffer.from('yes no yes \xff\x1b[2J', 'latin1'));
  await writeFile(two, '');
  const { status, stdout, stderr } = await start(folder.path, one, two).ended;
  t.is(status, 0, stderr);
  t.regex(stdout, /2 files, 16 B, is in vStore/);
  t.regex(stdout, /^ +1 +yes +2 /m);
  t.regex(stdout, /4 words, 3 different ones/);
  t.false(stdout.includes('\u001B'), 'a word does not command the terminal');
});

test.serial('a missing file is told before anything is started', async (t) => {
  await using folder = await temporaryFolder();
  const { status, stdout, stderr } = await start(folder.path, join(folder.path, 'missing')).ended;
  t.is(status, 3);
  t.is(stdout, '');
  t.regex(stderr, /there is no file .*missing; check the path \[file-missing\]/);
});

test.serial('an option that it does not have is refused', async (t) => {
  await using folder = await temporaryFolder();
  const { status, stderr } = await start(folder.path, '--fast').ended;
  t.is(status, 2);
  t.regex(stderr, /--fast.*\[usage\]/);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test.serial(`${signal} in the middle stops everything that it started`, async (t) => {
    await using folder = await temporaryFolder();
    const run = start(folder.path);
    await run.said('found each other');
    const [stack = ''] = await readdir(folder.path);
    const nodes = (await readdir(join(folder.path, stack))).filter((name) =>
      /^node-\d$/.test(name),
    );
    t.is(nodes.length, 3);
    run.child.kill(signal);
    const { status, stderr } = await run.ended;
    t.is(status, { SIGINT: 130, SIGTERM: 143 }[signal]);
    t.regex(stderr, new RegExp(`stopped by ${signal}`));
    t.deepEqual(await readdir(folder.path), []);
    t.false(isAlive(run.child.pid!));
  });
}
