import { execFile } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { KnownWalls } from '#kernel/cell/known-walls.ts';
import { findLayers, type Layers, type LayersInit } from '#kernel/cell/layers.ts';
import { cellReads } from '#tests/support/cell-process.ts';
import { FakeWalls } from '#tests/support/fake-walls.ts';
import { CACHE } from '#tests/support/real-cluster.ts';

/** What each start of a node has: the same folder of what is known. */
class Starts {
  readonly walls: FakeWalls;
  readonly cacheDir: string;

  constructor(walls: FakeWalls, cacheDir: string) {
    this.walls = walls;
    this.cacheDir = cacheDir;
  }

  /** How many of the tools one start has executed, and what it found. */
  async next(init: Partial<LayersInit> = {}): Promise<{ executed: number; layers: Layers }> {
    const before = await this.walls.executed();
    const layers = await findLayers({
      reads: [CACHE],
      memoryLimit: 1 << 30,
      path: this.walls.path,
      weighed: true,
      known: new KnownWalls(this.cacheDir),
      ...init,
    });
    return { executed: (await this.walls.executed()) - before, layers };
  }

  /** The only file that is kept. */
  async kept(): Promise<string> {
    const [name, more] = await readdir(join(this.cacheDir, 'walls'));
    if (name === undefined || more !== undefined) throw new Error('there is not one file');
    return join(this.cacheDir, 'walls', name);
  }
}

async function starts(t: ExecutionContext): Promise<Starts> {
  await mkdir(CACHE, { recursive: true });
  const walls = await FakeWalls.make();
  const cacheDir = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => walls[Symbol.asyncDispose]());
  t.teardown(() => rm(cacheDir, { recursive: true, force: true }));
  return new Starts(walls, cacheDir);
}

test('walls that stood are known to the next start, which executes nothing and has the same', async (t) => {
  const nodes = await starts(t);
  const first = await nodes.next();
  t.is(first.executed, 3);
  const second = await nodes.next();
  t.is(second.executed, 0);
  t.deepEqual(second.layers.all, first.layers.all);
  t.deepEqual(second.layers.wrap(['x'], ['/lent']), first.layers.wrap(['x'], ['/lent']));
});

test('other walls, and the same of a tool that was installed anew, are tried', async (t) => {
  const nodes = await starts(t);
  await nodes.next();
  t.is((await nodes.next({ memoryLimit: 2 << 30 })).executed, 3);
  t.is((await nodes.next({ reads: [CACHE, nodes.cacheDir] })).executed, 3);
  t.is((await nodes.next()).executed, 0);
  await nodes.walls.install('setpriv');
  t.is((await nodes.next()).executed, 3);
  t.is((await nodes.next()).executed, 0);
});

test('what is kept says in which circumstances they stood', async (t) => {
  const nodes = await starts(t);
  await nodes.next();
  const all = JSON.parse(await readFile(await nodes.kept(), 'utf8')) as {
    boot: string;
    rights: string[];
    words: string[];
    programs: string[][];
  };
  t.is(all.boot, await readFile('/proc/sys/kernel/random/boot_id', 'utf8'));
  for (const right of ['Uid', 'Gid', 'CapEff', 'CapBnd', 'NoNewPrivs', 'Seccomp'])
    t.true(
      all.rights.some((line) => line.startsWith(`${right}:`)),
      right,
    );
  t.is(all.programs.length, 4);
  t.true(all.words.includes('--unshare-all'));
});

test('what was kept in other circumstances is of no use, and makes way', async (t) => {
  const nodes = await starts(t);
  await nodes.next();
  const file = await nodes.kept();
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace(/NoNewPrivs:\\t\d/, (found) => `${found.slice(0, -1)}7`),
  );
  t.not(await readFile(file, 'utf8'), text);
  t.is((await nodes.next()).executed, 3);
  t.is(await readFile(file, 'utf8'), text);
});

for (const [what, put] of [
  ['is empty', (file) => writeFile(file, '')],
  ['is cut short', (file, text) => writeFile(file, text.slice(0, -1))],
  ['is damaged', (file, text) => writeFile(file, `?${text.slice(1)}`)],
  ['goes on without end', (file) => truncate(file, 2 ** 40)],
  [
    'is a link to the right bytes',
    async (file, text) => {
      await rm(file);
      await writeFile(`${file}-elsewhere`, text);
      await symlink(`${file}-elsewhere`, file);
    },
  ],
  [
    'is a pipe that nobody writes to',
    async (file) => {
      await rm(file);
      await executed('mkfifo', [file]);
    },
  ],
] as [string, (file: string, text: string) => Promise<void>][])
  test(`what ${what} is not believed`, async (t) => {
    const nodes = await starts(t);
    await nodes.next();
    const file = await nodes.kept();
    await put(file, await readFile(file, 'utf8'));
    t.is((await nodes.next()).executed, 3);
    t.is((await nodes.next()).executed, 0);
  });

test('a start goes on where nothing can be kept', async (t) => {
  const nodes = await starts(t);
  await writeFile(join(nodes.cacheDir, 'walls'), 'in the way');
  for (let start = 0; start < 2; start += 1) {
    const { executed: count, layers } = await nodes.next();
    t.is(count, 3);
    t.true(layers.all.every(({ on }) => on));
  }
});

test('a wall that is missing is looked for at each start, and had as soon as it stands', async (t) => {
  const nodes = await starts(t);
  await nodes.walls.fail();
  for (let start = 0; start < 2; start += 1) {
    const { executed: count, layers } = await nodes.next();
    t.true(count > 3);
    t.deepEqual(
      layers.all.filter(({ on }) => on).map(({ name }) => name),
      ['permission', 'weights'],
    );
  }
  t.deepEqual(await readdir(nodes.cacheDir), []);
  await nodes.walls.mend();
  const { layers } = await nodes.next();
  t.true(layers.all.every(({ on }) => on));
});

test('what is forgotten is tried anew, and there is nothing then to forget', async (t) => {
  const nodes = await starts(t);
  const known = new KnownWalls(nodes.cacheDir);
  t.false(await known.forget());
  await nodes.next();
  t.true(await known.forget());
  t.deepEqual(await readdir(nodes.cacheDir), []);
  t.false(await known.forget());
  t.is((await nodes.next()).executed, 3);
});

test('from within the walls nothing can be written that they are known by, also not by what Node does not confine', async (t) => {
  const path = process.env['PATH'] ?? '';
  const layers = await findLayers({ reads: await cellReads(), memoryLimit: 1 << 30, path });
  const { on, why } = layers.all.find(({ name }) => name === 'bubblewrap')!;
  if (!on) return t.truthy(why);
  const file = join(CACHE, 'written-by-a-cell');
  const said = await executed(...layers.wrap(['/usr/bin/sh', '-c', `echo x >${file}`]));
  t.regex(said, /Read-only file system/);
});

/** What it printed as errors. */
function executed(
  program: string,
  ...rest: readonly (string | readonly string[])[]
): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, rest.flat(), (_error, _stdout, stderr) => resolve(stderr));
  });
}
