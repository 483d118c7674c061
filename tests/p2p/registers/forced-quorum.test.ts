import test from 'ava';
import type { RegisterService } from '#p2p/registers/register-service.ts';
import type { Register } from '#p2p/registers/register-state.ts';
import { failsWith } from './support/fails-with.ts';
import { ServiceWorld } from './support/service-world.ts';

const TIMEOUT_MS = 5_000;
const nothingElse = async (): Promise<ReadonlyMap<string, Register>> => new Map();

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function serviceAt(world: ServiceWorld, at: number): RegisterService {
  return world.machines[at]!.service!;
}

async function write(world: ServiceWorld, at: number, key: string, text: string): Promise<void> {
  const change = serviceAt(world, at).change(key, () => ({ value: bytes(text) }), TIMEOUT_MS);
  const { tag } = await world.until(change);
  if (tag !== 'ok') throw new Error(`the change was ${tag}`);
}

/** What a node reads, or why it cannot. */
async function read(world: ServiceWorld, at: number, key: string): Promise<string> {
  const outcome = await world.until(serviceAt(world, at).read(key, TIMEOUT_MS));
  return outcome.tag === 'ok' ? new TextDecoder().decode(outcome.register.value) : outcome.tag;
}

/** Three acceptors, one of each of the first three nodes, and some registers. */
async function threeOf(nodes: number): Promise<ServiceWorld> {
  const world = await ServiceWorld.of(nodes);
  await world.reaches(() => world.machines.every((_, at) => world.acceptors(at) === 'n0 n1 n2'));
  for (let key = 0; key < 40; key += 1) await write(world, key % nodes, `k${key}`, `v${key}`);
  return world;
}

function crash(world: ServiceWorld, ...all: number[]): void {
  for (const at of all) world.crash(world.machines[at]!);
}

function forceAt(world: ServiceWorld, at: number, known = nothingElse) {
  return world.until(serviceAt(world, at).forceQuorum(known, 4 * TIMEOUT_MS));
}

test('of three acceptors two gone for good leave the registers of the third, and new acceptors join it', async (t) => {
  const world = await threeOf(4);
  crash(world, 1, 2);
  t.is(await read(world, 0, 'k1'), 'unavailable');
  const forced = await forceAt(world, 3);
  t.deepEqual([forced.lost, forced.registers, forced.restored], [['n1', 'n2'], 40, 0]);
  await world.add();
  for (let key = 0; key < 40; key += 1) t.is(await read(world, 4, `k${key}`), `v${key}`);
  t.true(await world.reaches(() => world.acceptors(4) === 'n0 n3 n4'));
  await write(world, 4, 'k1', 'after');
  crash(world, 3); // which has forced it
  t.is(await read(world, 0, 'k1'), 'after');
});

test('of several acceptors that are left the one with the newest state counts, for each register', async (t) => {
  const world = await ServiceWorld.of(5);
  const all = 'n0 n1 n2 n3 n4';
  t.true(await world.reaches(() => world.machines.every((_, at) => world.acceptors(at) === all)));
  for (const key of ['a', 'b']) await write(world, 0, key, 'old');
  // Each of the two that will be left misses one of the changes.
  for (const [missing, key] of [
    [3, 'a'],
    [4, 'b'],
  ] as const) {
    for (const at of [0, 1, 2, 7 - missing])
      world.cut(world.machines[missing]!, world.machines[at]!);
    await write(world, 0, key, 'new');
    world.mend();
  }
  crash(world, 0, 1, 2);
  await forceAt(world, 3);
  for (const key of ['a', 'b']) t.is(await read(world, 4, key), 'new');
});

test('old acceptors that come back are new ones, and undo nothing', async (t) => {
  const world = await threeOf(3);
  crash(world, 1, 2);
  await forceAt(world, 0);
  await write(world, 0, 'k1', 'after');
  await world.start(world.machines[1]!);
  await world.start(world.machines[2]!);
  t.true(await world.reaches(() => [0, 1, 2].every((at) => world.acceptors(at) === 'n0 n1 n2')));
  crash(world, 0);
  t.is(await read(world, 1, 'k1'), 'after');
  t.is(await read(world, 2, 'k2'), 'v2');
});

test('what a majority that was not gone has changed meanwhile is lost when they meet, wholly', async (t) => {
  const world = await threeOf(3);
  const [n0, n1, n2] = world.machines;
  world.cut(n0!, n1!);
  world.cut(n0!, n2!);
  for (let time = 0; time < 5; time += 1) await write(world, 1, 'k1', 'there');
  await forceAt(world, 0);
  await write(world, 0, 'k1', 'here');
  t.is(await read(world, 2, 'k1'), 'there');
  world.mend();
  t.true(await world.reaches(() => [0, 1, 2].every((at) => world.acceptors(at) === 'n0 n1 n2')));
  for (const at of [0, 1, 2]) t.is(await read(world, at, 'k1'), 'here');
  crash(world, 0);
  t.is(await read(world, 1, 'k1'), 'here');
});

test('while more than half of the acceptors can be reached no quorum is forced', async (t) => {
  const world = await threeOf(3);
  crash(world, 2);
  await failsWith(t, forceAt(world, 0), 'quorum-stands');
  t.is(await read(world, 0, 'k1'), 'v1');
});

test('registers that are known elsewhere to have gone on are restored, and older knowledge is not', async (t) => {
  const world = await threeOf(3);
  crash(world, 1, 2);
  const known = new Map<string, Register>([
    ['k1', { version: 3, value: bytes('newer') }],
    ['k2', { version: 0, value: bytes('older') }],
    ['new', { version: 20, value: bytes('made') }],
    ['gone', { version: 2, value: undefined }],
  ]);
  t.is((await forceAt(world, 0, async () => known)).restored, 3);
  t.is(await read(world, 0, 'k1'), 'newer');
  t.is(await read(world, 0, 'k2'), 'v2');
  const made = await world.until(serviceAt(world, 0).read('new', TIMEOUT_MS));
  t.deepEqual(
    { ...made, mark: undefined },
    {
      tag: 'ok',
      register: { version: 20, value: bytes('made') },
      written: false,
      mark: undefined,
    },
  );
  await write(world, 0, 'new', 'changed');
  t.is(await read(world, 0, 'new'), 'changed');
});

test('what was broken off is done once more, also by another node', async (t) => {
  const world = await threeOf(4);
  crash(world, 1, 2);
  const broken = async (): Promise<never> => {
    throw Object.assign(new Error('broken off'), { code: 'broken' });
  };
  await failsWith(t, forceAt(world, 0, broken), 'broken');
  t.is(await read(world, 0, 'k1'), 'unavailable');
  // What comes back meanwhile makes no quorum with those that were told to wait: what it chose would be lost.
  await world.start(world.machines[1]!);
  const change = serviceAt(world, 0).change('k1', () => ({ value: bytes('lost') }), TIMEOUT_MS);
  t.not((await world.until(change)).tag, 'ok');
  await forceAt(world, 3);
  t.is(await read(world, 0, 'k1'), 'v1');
});

test('with no acceptor left the registers begin empty, also on a node that was started again alone', async (t) => {
  const world = await threeOf(4);
  crash(world, 0, 1, 2, 3);
  await world.start(world.machines[3]!);
  const forced = await forceAt(world, 3);
  t.deepEqual(forced.lost, ['n0', 'n1', 'n2']);
  t.is(await read(world, 3, 'k1'), '');
  await write(world, 3, 'k1', 'after');
  for (const at of [0, 1, 2]) await world.start(world.machines[at]!);
  t.true(await world.reaches(() => world.acceptors(3).split(' ').length === 3));
  crash(world, 3);
  t.is(await read(world, 0, 'k1'), 'after');
});

test('of quorums that were forced on two sides one remains', async (t) => {
  const world = await threeOf(5);
  crash(world, 1, 2);
  for (const one of [0, 3]) world.cut(world.machines[one]!, world.machines[4]!);
  await forceAt(world, 0);
  await forceAt(world, 4);
  await write(world, 0, 'k1', 'one');
  await write(world, 4, 'k1', 'other');
  world.mend();
  const agreed = (): boolean =>
    world.acceptors(0) === world.acceptors(4) && world.acceptors(0).length === 8;
  t.true(await world.reaches(agreed));
  const value = await read(world, 0, 'k1');
  t.true(['one', 'other'].includes(value));
  for (const at of [3, 4]) t.is(await read(world, at, 'k1'), value);
});
