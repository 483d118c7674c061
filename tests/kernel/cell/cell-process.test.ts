import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { CellProcess } from '#kernel/cell/cell-process.ts';
import { findLayers } from '#kernel/cell/layers.ts';
import { Cgroup } from '#kernel/cgroup/cgroup.ts';
import { openGroups } from '#kernel/cgroup/node-groups.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { REASONS, sorted } from '#tests/kernel/cgroup/support.ts';
import { familyOf } from '#tests/support/processors.ts';
import { nicenessOfThreads } from '#tests/support/niceness.ts';
import {
  cellReads,
  fixtureCommand,
  fixtureReads,
  fixtureWithLent,
  realCommand,
  startCell,
} from '#tests/support/cell-process.ts';
import { quiet } from '#tests/support/quiet.ts';

const PATH = process.env['PATH'] ?? '';

test('a cell and its lanes can reach neither files nor sockets nor processes, and find nothing in their environment', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const { words, env } = await fixtureCommand('tries', String(port));
  const [program, ...args] = words;
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  let text = '';
  child.stdio[3]!.on('data', (bytes: Buffer) => (text += bytes.toString()));
  await once(child, 'close');
  server.close();
  const denied = {
    readOutside: 'ERR_ACCESS_DENIED',
    write: 'ERR_ACCESS_DENIED',
    connect: 'ERR_ACCESS_DENIED',
    spawn: 'ERR_ACCESS_DENIED',
    environment: [],
    computes: '2d711642',
  };
  t.deepEqual(JSON.parse(text), { own: denied, lane: denied });
});

for (const [walls, path] of [
  ["Node's own walls", '/nowhere'],
  ['every wall that this machine has', process.env['PATH'] ?? ''],
] as const)
  test(`inside ${walls} a lane can read what its cell was lent, and do nothing else with it`, async (t) => {
    const root = await mkdtemp(join(tmpdir(), 'vstar-test-'));
    t.teardown(() => rm(root, { recursive: true }));
    const lent = join(root, 'cell');
    await mkdir(lent);
    await writeFile(join(root, 'other'), 'of another');
    await writeFile(join(lent, 'lent'), 'to be read');
    const layers = await findLayers({
      reads: fixtureReads('reads-lent'),
      memoryLimit: 1 << 30,
      path,
    });
    const { words, env } = fixtureWithLent('reads-lent', lent, layers.wrap.bind(layers));
    const [program, ...args] = words;
    const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
    let text = '';
    child.stdio[3]!.on('data', (bytes: Buffer) => (text += bytes.toString()));
    await once(child, 'close');
    const denied = 'ERR_ACCESS_DENIED';
    t.deepEqual(JSON.parse(text), {
      read: 'to be read',
      readOther: denied,
      listOthers: denied,
      write: denied,
      remove: denied,
      link: denied,
    });
    t.is(await readFile(join(lent, 'lent'), 'utf8'), 'to be read');
  });

test('a cell of this code becomes ready, tells of its time, and has every thread at nice 10', async (t) => {
  const { cell } = startCell(await realCommand(2), 2);
  await cell.ready;
  await cell.weigh(100); // as each cell of a tenant is: V8 may have had its threads before the process was given its level
  t.true(cell.alive);
  t.true((await cell.usedMs(1))! > 0);
  if (process.platform === 'linux') {
    t.true(nicenessOfThreads(cell.pid!).length > 2);
    t.deepEqual(new Set(nicenessOfThreads(cell.pid!)), new Set([10]));
  }
  await cell.terminate();
  t.false(cell.alive);
});

if (process.platform === 'linux')
  test('a cell has the weight of its tenant in every thread, also those of lanes that are started later', async (t) => {
    const { cell } = startCell(await realCommand(1));
    await cell.weigh(50); // before its code is there
    t.true(nicenessOfThreads(cell.pid!).length > 2);
    t.deepEqual(new Set(nicenessOfThreads(cell.pid!)), new Set([13]));
    const next = cell.replace(0)!;
    t.true((await cell.usedMs(next)) !== undefined);
    t.deepEqual(new Set(nicenessOfThreads(cell.pid!)), new Set([13]));
    await cell.weigh(1);
    t.deepEqual(new Set(nicenessOfThreads(cell.pid!)), new Set([19]));
    await cell.terminate();
    await cell.weigh(50);
  });

test('a cell in a cgroup has all of its processes there, finds nothing in its environment of how it came there, and goes with it', async (t) => {
  await using opened = await openGroups({ clock: systemClock, logger: quiet }, { path: PATH });
  if (!opened.groups) return t.regex(opened.layers[0]!.why!, REASONS);
  const layers = await findLayers({
    reads: await cellReads(),
    memoryLimit: 1 << 30,
    path: PATH,
  });
  const command = await realCommand(1, (words) => layers.wrap(words));
  const group = opened.groups.cell({});
  const { cell } = startCell(command, 1, systemClock, { group });
  await cell.ready;
  t.true(cell.alive);
  const place = new Cgroup(group.enter(command.words)[3]!);
  t.deepEqual(sorted(await place.pids()), sorted(familyOf(cell.pid!)));
  const environment = await readFile(`/proc/${cell.pid}/environ`, 'latin1');
  const names = environment.split('\0').map((each) => each.split('=')[0]!);
  t.deepEqual(
    names.filter((name) => name !== '' && name !== '_' && !(name in command.env)),
    [],
  );
  cell.take({ received() {}, laneLost() {}, lost() {} }, 'alice');
  await cell.terminate();
  await t.throwsAsync(place.pids(), { code: 'ENOENT' });
});

for (const [what, how, reason] of [
  ['sends rubbish', 'rubbish', /^it sent what is no frame: .* \[cell-malformed\]$/],
  [
    'sends rubbish beside its lanes',
    'rubbish-on-control',
    /^it sent what is no frame: .* \[cell-malformed\]$/,
  ],
  [
    'claims a huge batch',
    'oversized',
    /^it sent a batch of 2147483647 bytes, at most .* \[cell-oversized\]$/,
  ],
  ['exits', 'exits', /^its process ended with status 3$/],
  ['aborts', 'complains', /^its process ended with SIGABRT: what went wrong/],
] as const) {
  test(`a cell that ${what} is over, with the reason`, async (t) => {
    const { cell, lost } = startCell(await fixtureCommand('misbehaves', how));
    t.regex(await lost, reason);
    t.false(cell.alive);
    await cell.terminate();
  });
}

test('a cell that is killed is over at once, and what is asked of it then comes to an end', async (t) => {
  const { cell, lost } = startCell(await realCommand(1));
  await cell.ready;
  process.kill(cell.pid!, 'SIGKILL');
  t.is(await lost, 'its process ended with SIGKILL');
  t.is(await cell.usedMs(0), undefined);
  await cell.drained(0);
  cell.send(0, { tag: 'start', val: { vtid: 'x' } });
  await cell.terminate();
});

test('a program that cannot be started is a cell that is lost', async (t) => {
  const { lost } = startCell({ words: ['/no/such/program'], env: {} });
  t.regex(await lost, /^its process was not started: .*ENOENT/);
});

test('of a lane that is held no more is taken than its pipe holds, and all of it later', async (t) => {
  const command = await fixtureCommand('misbehaves', 'floods');
  const { cell } = startCell(command);
  const held = Promise.withResolvers<void>();
  cell.hold(0, held.promise);
  const whileHeld = await cell.usedMs(0);
  t.true(whileHeld! < 1_000, `${whileHeld} KB were taken`);
  held.resolve();
  t.true((await cell.usedMs(0))! > 4_000);
  await cell.terminate();
});

test('a lane that floods gets so much of each turn of the event loop, and no more', async (t) => {
  let now = 0;
  const clock = { ...systemClock, now: () => (now += 0.1) };
  const command = await fixtureCommand('misbehaves', 'floods');
  const cell = new CellProcess({ clock, logger: quiet }, command, 1);
  let turn = 0;
  const count = (): void => {
    turn += 1;
    if (cell.alive) setImmediate(count);
  };
  count();
  const inTurn = new Map<number, number>();
  await new Promise<void>((resolve) => {
    let all = 0;
    cell.take({
      received() {
        inTurn.set(turn, (inTurn.get(turn) ?? 0) + 1);
        if ((all += 1) === 100_000) resolve();
      },
      laneLost() {},
      lost() {},
    });
  });
  await cell.terminate();
  // Twenty looks at that clock are its 2 ms, each after at most 16 frames; two goes may fall between two of our own counts.
  t.true(
    Math.max(...inTurn.values()) <= 2 * 16 * 22,
    `${Math.max(...inTurn.values())} in one turn`,
  );
});

test('a lane that is ended is replaced on another pipe, until there are no more', async (t) => {
  const { cell } = startCell(await realCommand(1));
  await cell.ready;
  const lanes = [cell.replace(0)];
  while (lanes.at(-1) !== undefined) {
    t.true((await cell.usedMs(lanes.at(-1)!))! >= 0);
    lanes.push(cell.replace(lanes.at(-1)!));
  }
  t.deepEqual(lanes, [1, 2, 3, undefined]);
  t.true(cell.alive);
  await cell.terminate();
});
