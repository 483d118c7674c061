import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { cellCode } from '#kernel/cell/code.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { NodeCells } from '#node/cells.ts';
import { defaultConfig } from '#node/config.ts';
import { examineCells } from '#node/doctor.ts';
import { FakeWalls } from '#tests/support/fake-walls.ts';
import { quiet } from '#tests/support/quiet.ts';
import { CACHE } from '#tests/support/real-cluster.ts';

interface Folders {
  readonly cacheDir: string;
  readonly dataDir: string;
}

/** A cache folder with nothing in it but the code of cells. */
async function folders(t: ExecutionContext): Promise<Folders> {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const cacheDir = join(folder, 'cache');
  const dataDir = join(folder, 'data');
  await mkdir(CACHE, { recursive: true });
  await mkdir(dataDir);
  const [code = ''] = (await cellCode(CACHE)).reads;
  await cp(code, join(cacheDir, relative(CACHE, code)), { recursive: true });
  return { cacheDir, dataDir };
}

/** Of what a node logs. */
interface What {
  readonly on?: readonly string[];
  readonly missing?: Readonly<Record<string, string>>;
  readonly why?: string;
}

/** Starts the cells of a node, and has them say within what. */
async function start(
  t: ExecutionContext,
  own: Folders,
  warm: number,
  warned = (_text: string, _what: What): void => {},
): Promise<What> {
  const defaults = defaultConfig();
  const cells = await NodeCells.open(
    {
      clock: systemClock,
      logger: { ...quiet, warn: (text, what) => warned(text, what as What) },
      cgroups: { groups: undefined, layers: [] },
    },
    { ...defaults, ...own, name: 'alice', lanes: 1, cells: { ...defaults.cells, warm } },
  );
  t.teardown(() => cells[Symbol.asyncDispose]());
  const { promise, resolve } = Promise.withResolvers<What>();
  const said = (_text: string, what: unknown): void => resolve(what as What);
  cells.report({ ...quiet, info: said, warn: said });
  return promise;
}

/** But for weights, which are no wall. */
function wallsOf({ on = [] }: What): readonly string[] {
  return on.filter((name) => name !== 'weights');
}

const ALL = ['permission', 'bubblewrap', 'privileges', 'limits'];

test.serial(
  'a node whose known walls have fallen has no cell, and says so; the next start finds out what stands',
  async (t) => {
    const own = await folders(t);
    await using walls = await FakeWalls.make();
    process.env['PATH'] = walls.path;
    t.deepEqual(wallsOf(await start(t, own, 0)), ALL);
    await walls.fail();
    const { promise: warning, resolve } = Promise.withResolvers<What>();
    const fallen = await start(t, own, 1, (text, what) => {
      if (text.startsWith('a cell did not begin')) resolve(what);
    });
    t.deepEqual(wallsOf(fallen), ALL);
    t.is((await warning).why, 'its process ended with status 1: prlimit: no more');
    t.false((await readdir(own.cacheDir)).includes('walls'));
    const found = await start(t, own, 0);
    t.deepEqual(wallsOf(found), ['permission']);
    t.is(found.missing!['bubblewrap'], 'bwrap: no more');
  },
);

test.serial(
  'the doctor sees that known walls have fallen, and so does whoever starts next',
  async (t) => {
    const own = await folders(t);
    await using walls = await FakeWalls.make();
    process.env['PATH'] = walls.path;
    await start(t, own, 0);
    await walls.fail();
    const layers = await examineCells(own.cacheDir);
    t.is(layers.find(({ name }) => name === 'bubblewrap')!.why, 'bwrap: no more');
    t.deepEqual(wallsOf(await start(t, own, 0)), ['permission']);
  },
);
