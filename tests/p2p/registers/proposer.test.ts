import test from 'ava';
import { CasRegisters } from '#p2p/registers/cas-registers.ts';
import type { Decide, Outcome } from '#p2p/registers/outcome.ts';
import { CONFIGURATION_KEY } from '#p2p/registers/reconfiguration.ts';
import { MAX_KEY_BYTES, MAX_VALUE_BYTES } from '#p2p/registers/register-state.ts';
import { failsWith } from './support/fails-with.ts';
import { calmWorld, type World } from './support/world.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const TIMEOUT_MS = 1_000;

function write(text: string): Decide {
  return () => ({ value: bytes(text) });
}

function threeOfThree(): Promise<World> {
  return calmWorld({ nodes: 3, acceptors: 3 });
}

/** How many of these were sent while it was done. */
async function sentDuring(
  world: World,
  tags: string[],
  work: () => Promise<unknown>,
): Promise<number[]> {
  const before = tags.map((tag) => world.sent.get(tag) ?? 0);
  await world.until(work());
  return tags.map((tag, at) => (world.sent.get(tag) ?? 0) - before[at]!);
}

test('every node reads what any wrote', async (t) => {
  const world = await threeOfThree();
  const written = await world.until(world.proposer(0).change('k', write('one'), TIMEOUT_MS));
  const register = { version: 1, value: bytes('one') };
  t.deepEqual(written, { tag: 'ok', register, written: true });
  const found = [];
  for (const at of [0, 1, 2])
    found.push(await world.until(world.proposer(at).read('k', TIMEOUT_MS)));
  const [first] = found as { readonly mark?: Uint8Array }[];
  t.is(first?.mark?.length, 8);
  const expected = { tag: 'ok', register, written: false, mark: first?.mark };
  t.deepEqual(found as unknown[], [expected, expected, expected]);
});

test('a register that was never written has version 0', async (t) => {
  const world = await threeOfThree();
  t.deepEqual(await world.until(world.proposer(1).read('k', TIMEOUT_MS)), {
    tag: 'ok',
    register: { version: 0, value: undefined },
    written: false,
    mark: undefined,
  });
});

test('the second change by a proposer takes one round, and one after a change by another two', async (t) => {
  const world = await threeOfThree();
  const change = (at: number) => () => world.proposer(at).change('k', write('x'), TIMEOUT_MS);
  const rounds = ['prepare', 'accept'];
  t.deepEqual(await sentDuring(world, rounds, change(0)), [3, 3]);
  t.deepEqual(await sentDuring(world, rounds, change(0)), [0, 3]);
  await world.until(change(1)());
  const [prepares] = await sentDuring(world, rounds, change(0));
  t.is(prepares, 3);
});

test('a read of what is at rest asks once, and nothing is promised or accepted for it', async (t) => {
  const world = await threeOfThree();
  await world.until(world.proposer(0).change('k', write('x'), TIMEOUT_MS));
  await world.timeline.runUntil(world.timeline.now + 100); // the third one has accepted it too
  const read = () => world.proposer(1).read('k', TIMEOUT_MS);
  t.deepEqual(await sentDuring(world, ['query', 'prepare', 'accept'], read), [3, 0, 0]);
});

test('what is asked in one turn goes to each acceptor in one frame', async (t) => {
  const world = await threeOfThree();
  const before = world.frames;
  const keys = Array.from({ length: 50 }, (_, at) => `k${at}`);
  await world.until(Promise.all(keys.map((key) => world.proposer(0).read(key, TIMEOUT_MS))));
  t.true(world.frames - before <= 6, `${world.frames - before} frames`);
});

test('changes of one register wait for each other, and each sees the one before', async (t) => {
  const world = await threeOfThree();
  const increment: Decide = ({ value }) => ({ value: Uint8Array.of((value?.[0] ?? 0) + 1) });
  const all = [0, 0, 0, 1, 1, 2, 2, 2].map((at) =>
    world.proposer(at).change('k', increment, 20_000),
  );
  const outcomes = await world.until(Promise.all(all));
  t.true(outcomes.every(({ tag }) => tag === 'ok'));
  const last = await world.until(world.proposer(0).read('k', TIMEOUT_MS));
  t.deepEqual(last.tag === 'ok' && last.register, { version: 8, value: Uint8Array.of(8) });
});

test('without a quorum a read, and a change that nobody accepted, are unavailable by their deadline', async (t) => {
  const world = await threeOfThree();
  world.crash(world.machines[1]!);
  world.crash(world.machines[2]!);
  const began = world.timeline.now;
  t.deepEqual(await world.until(world.proposer(0).read('k', 500)), { tag: 'unavailable' });
  t.deepEqual(await world.until(world.proposer(0).change('k', write('x'), 500)), {
    tag: 'unavailable',
  });
  t.true(world.timeline.now - began < 1_100);
});

test('a change that waits behind another is unavailable by its own deadline', async (t) => {
  const world = await threeOfThree();
  world.crash(world.machines[1]!);
  world.crash(world.machines[2]!);
  const first = world.proposer(0).change('k', write('x'), 5_000);
  const began = world.timeline.now;
  t.is((await world.until(world.proposer(0).change('k', write('y'), 100))).tag, 'unavailable');
  t.true(world.timeline.now - began < 150);
  await world.until(first);
});

test('a change that was broken off after an acceptor may have accepted it is unknown, and stays if it was', async (t) => {
  const world = await threeOfThree();
  await world.until(world.proposer(0).change('k', write('one'), TIMEOUT_MS));
  for (const [from, to] of [
    ['n1', 'n0'],
    ['n2', 'n0'],
    ['n0', 'n2'],
  ] as const)
    world.network.cut(from, to);
  t.deepEqual(await world.until(world.proposer(0).change('k', write('two'), 500)), {
    tag: 'unknown',
  });
  world.network.mend();
  const found = await world.until(world.proposer(2).read('k', TIMEOUT_MS));
  t.deepEqual(found.tag === 'ok' && found.register, { version: 2, value: bytes('two') });
});

test('one whose answers were lost is found again and told to be made, even under changes of others', async (t) => {
  const world = await threeOfThree();
  await world.until(world.proposer(0).change('k', write('one'), TIMEOUT_MS));
  for (const from of ['n1', 'n2']) world.network.cut(from, 'n0');
  const asked = world
    .proposer(0)
    .change('k', ({ version }) => (version === 1 ? { value: bytes('two') } : undefined), 10_000);
  await world.timeline.runUntil(world.timeline.now + 100);
  for (let time = 0; time < 3; time += 1)
    await world.until(world.proposer(1).change('k', write('three'), TIMEOUT_MS));
  world.network.mend();
  t.deepEqual(await world.until(asked), {
    tag: 'ok',
    register: { version: 2, value: bytes('two') },
    written: true,
  });
});

test('one with more changes of others on top than are remembered is unknown', async (t) => {
  const world = await threeOfThree();
  await world.until(world.proposer(0).change('k', write('one'), TIMEOUT_MS));
  for (const from of ['n1', 'n2']) world.network.cut(from, 'n0');
  const asked = world.proposer(0).change('k', write('two'), 10_000);
  await world.timeline.runUntil(world.timeline.now + 100);
  for (let time = 0; time < 12; time += 1)
    await world.until(world.proposer(1).change('k', write('three'), TIMEOUT_MS));
  world.network.mend();
  t.deepEqual(await world.until(asked), { tag: 'unknown' });
});

test('a proposer that is closed gives up what is under way', async (t) => {
  const world = await threeOfThree();
  world.crash(world.machines[1]!);
  world.crash(world.machines[2]!);
  const proposer = world.proposer(0);
  const asked: Promise<Outcome> = proposer.read('k', 60_000);
  proposer[Symbol.dispose]();
  t.deepEqual(await world.until(asked), { tag: 'unavailable' });
});

test('keys and values have bounds, and nothing is asked of acceptors beyond them', async (t) => {
  const world = await threeOfThree();
  const proposer = world.proposer(0);
  const before = world.frames;
  for (const key of [
    '',
    'x'.repeat(MAX_KEY_BYTES + 1),
    'ä'.repeat(MAX_KEY_BYTES / 2 + 1),
    '\ud800',
  ])
    await failsWith(t, proposer.read(key, TIMEOUT_MS), 'register-refused');
  t.is(world.frames, before);
  const large = (size: number) =>
    world.until(proposer.change('k', () => ({ value: new Uint8Array(size) }), TIMEOUT_MS));
  await failsWith(t, large(MAX_VALUE_BYTES + 1), 'register-refused');
  t.is((await large(MAX_VALUE_BYTES)).tag, 'ok');
});

test('no more than ten thousand operations wait on a node', async (t) => {
  const world = await threeOfThree();
  const proposer = world.proposer(0);
  const asked = Array.from({ length: 10_000 }, (_, at) => proposer.read(`k${at}`, TIMEOUT_MS));
  await failsWith(t, proposer.read('k', TIMEOUT_MS), 'registers-busy');
  await world.until(Promise.all(asked));
  t.is((await world.until(proposer.read('k', TIMEOUT_MS))).tag, 'ok');
});

test('swap writes only over the version that was expected, and says whether it did', async (t) => {
  const world = await threeOfThree();
  const registers = [0, 1, 2].map(
    (at) => new CasRegisters(world.proposer(at), { timeoutMs: 5_000 }),
  );
  const tries = [0, 1, 2].map((at) => registers[at]!.swap('k', 0, bytes(`${at}`)));
  const swapped = await world.until(Promise.all(tries));
  t.is(swapped.filter(({ written }) => written).length, 1);
  t.true(swapped.every(({ version }) => version === 1));
  t.is(new Set(swapped.map(({ value }) => value?.[0])).size, 1);
  t.deepEqual(await world.until(registers[0]!.swap('k', 7, bytes('x'))), {
    version: 1,
    value: swapped[0]!.value,
    written: false,
  });
  t.deepEqual(await world.until(registers[1]!.swap('k', 1, undefined)), {
    version: 2,
    value: undefined,
    written: true,
  });
  t.deepEqual(await world.until(registers[2]!.read('k')), { version: 2, value: undefined });
});

test('swap tells by its code whether nothing was changed or nobody knows', async (t) => {
  const world = await threeOfThree();
  const registers = new CasRegisters(world.proposer(0), { timeoutMs: 300 });
  await world.until(registers.swap('k', 0, bytes('one')));
  for (const from of ['n1', 'n2']) world.network.cut(from, 'n0');
  await failsWith(t, world.until(registers.swap('k', 1, bytes('two'))), 'register-unknown');
  await failsWith(t, world.until(registers.read('k')), 'register-unavailable');
  await failsWith(t, registers.swap(CONFIGURATION_KEY, 0, bytes('x')), 'register-refused');
});
