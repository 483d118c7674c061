import test from 'ava';
import { Reconfiguration } from '#p2p/registers/reconfiguration.ts';
import { withoutRewriting } from './support/planted-bugs.ts';
import { calmWorld, type World } from './support/world.ts';

const TIMEOUT_MS = 5_000;
const value = new TextEncoder().encode('x');

/** Puts registers with a quorum of the first two acceptors alone; the third never hears of them. */
async function written(world: World, keys: readonly string[]): Promise<void> {
  world.network.cut('n0', 'n2');
  const all = keys.map((key) => world.proposer(0).change(key, () => ({ value }), TIMEOUT_MS));
  await world.until(Promise.all(all));
  world.network.mend();
}

function change(
  world: World,
  at: number,
  target: readonly number[],
  timeoutMs = TIMEOUT_MS,
): Promise<unknown> {
  const { proposer, clock } = world.node(at)!;
  const acceptors = target.map((each) => world.acceptors[each]!);
  return new Reconfiguration({ proposer, clock }).change(acceptors, timeoutMs);
}

async function versionAt(world: World, at: number, key: string): Promise<number | undefined> {
  const outcome = await world.until(world.proposer(at).read(key, TIMEOUT_MS));
  return outcome.tag === 'ok' ? outcome.register.version : undefined;
}

test('a lost acceptor is replaced, and then another may be lost', async (t) => {
  const world = await calmWorld({ nodes: 5, acceptors: 3 });
  await written(world, ['k']);
  world.crash(world.machines[0]!);
  await world.until(change(world, 4, [1, 2, 3]));
  world.crash(world.machines[1]!);
  t.is(await versionAt(world, 4, 'k'), 1);
  t.is(await versionAt(world, 2, 'k'), 1);
});

test('all acceptors can be replaced one after another, and every register goes along', async (t) => {
  const world = await calmWorld({ nodes: 6, acceptors: 3 });
  const keys = Array.from({ length: 1_200 }, (_, at) => `k${at}`); // more than a page of keys
  await written(world, keys);
  await world.until(change(world, 5, [3, 4, 5]));
  for (const machine of world.machines.slice(0, 3)) world.crash(machine);
  const reads = keys.map((key) => world.proposer(4).read(key, TIMEOUT_MS));
  const found = await world.until(Promise.all(reads));
  t.true(found.every((outcome) => outcome.tag === 'ok' && outcome.register.version === 1));
});

test('without rewriting registers would be lost on the way: the test above can fail', async (t) => {
  const world = await calmWorld({ nodes: 6, acceptors: 3 });
  await written(world, ['k']);
  const { proposer, clock } = world.node(5)!;
  const careless = new Reconfiguration({ proposer: withoutRewriting(proposer), clock });
  await world.until(
    careless.change(
      [3, 4, 5].map((at) => world.acceptors[at]!),
      TIMEOUT_MS,
    ),
  );
  for (const machine of world.machines.slice(0, 3)) world.crash(machine);
  t.not(await versionAt(world, 4, 'k'), 1);
});

test('three become five and three again', async (t) => {
  const world = await calmWorld({ nodes: 5, acceptors: 3 });
  await written(world, ['k']);
  await world.until(change(world, 3, [0, 1, 2, 3, 4]));
  world.crash(world.machines[0]!);
  world.crash(world.machines[1]!);
  t.is(await versionAt(world, 4, 'k'), 1);
  await world.until(change(world, 2, [2, 3, 4]));
  t.deepEqual(world.proposer(2).configuration.acceptors, world.acceptors.slice(2));
  t.is(await versionAt(world, 3, 'k'), 1);
});

test('what was left half done is finished by whoever comes next', async (t) => {
  const world = await calmWorld({ nodes: 5, acceptors: 3 });
  await written(world, ['k']);
  const begun = change(world, 4, [2, 3, 4]);
  begun.catch(() => undefined); // its node ends in the middle
  while (world.proposer(4).configuration.epoch < 2)
    await world.timeline.runUntil(world.timeline.now + 1);
  world.crash(world.machines[4]!);
  await world.until(change(world, 3, [1, 2, 3]));
  t.is(await versionAt(world, 3, 'k'), 1);
  t.deepEqual(
    new Set(world.proposer(3).configuration.acceptors),
    new Set(world.acceptors.slice(1, 4)),
  );
});

test('what an acceptor that comes back had accepted alone does not undo what was chosen without it', async (t) => {
  const world = await calmWorld({ nodes: 5, acceptors: 3 });
  // A change under a great ballot, promised by the first and the third and accepted by the third alone.
  const ballot = { counter: 1_000, proposer: 'n2/1' };
  const state = { version: 1, value: Uint8Array.of(9), recent: [new Uint8Array(8)] };
  const acceptance = { ballot, state, next: { ...ballot, counter: 1_001 } };
  await world.until(world.node(0)!.log.append({ tag: 'promised', val: { key: 'k', ballot } }));
  await world.until(world.node(2)!.log.append({ tag: 'accepted', val: { key: 'k', acceptance } }));
  world.crash(world.machines[2]!);
  await world.until(change(world, 3, [0, 1, 3]));
  await world.until(change(world, 3, [1, 3, 4]));
  world.crash(world.machines[0]!);
  const made = await world.until(world.proposer(3).change('k', () => ({ value }), TIMEOUT_MS));
  t.true(made.tag === 'ok' && made.written);
  world.start(world.machines[2]!);
  await world.timeline.runUntil(world.timeline.now + 100);
  await world.until(change(world, 3, [2, 3, 4]));
  world.crash(world.machines[3]!); // so that it is asked
  const found = await world.until(world.proposer(4).read('k', TIMEOUT_MS));
  t.deepEqual(found.tag === 'ok' && found.register, { version: 1, value });
});

test('two that change the acceptors at once agree on the result', async (t) => {
  const world = await calmWorld({ nodes: 6, acceptors: 3 });
  await written(world, ['k']);
  await world.until(Promise.allSettled([change(world, 3, [1, 2, 3]), change(world, 4, [2, 4, 5])]));
  for (const at of [0, 1, 2, 3, 4, 5]) t.is(await versionAt(world, at, 'k'), 1);
  const all = world.living.map(({ proposer }) => JSON.stringify(proposer.configuration));
  t.is(new Set(all).size, 1);
});

test('without a quorum nothing is changed, and it can be taken up again', async (t) => {
  const world = await calmWorld({ nodes: 4, acceptors: 3 });
  world.crash(world.machines[0]!);
  world.crash(world.machines[1]!);
  const error = await t.throwsAsync(world.until(change(world, 3, [2, 3], 500)));
  t.is((error as Error & { code: string }).code, 'register-unavailable');
  world.start(world.machines[0]!);
  await world.until(change(world, 3, [2, 3]));
  t.is(await versionAt(world, 3, 'k'), 0);
});

test('an acceptor that lost its log is another one, and does not speak for the old one', async (t) => {
  const world = await calmWorld({ nodes: 4, acceptors: 3 });
  await written(world, ['k']);
  world.crash(world.machines[1]!);
  world.crash(world.machines[2]!);
  world.machines[1]!.disk.lose();
  world.start(world.machines[1]!);
  await world.timeline.runUntil(world.timeline.now + 200);
  t.not(world.node(1)!.log.id, world.acceptors[1]);
  // It would be a quorum with the one that never heard of the register.
  world.crash(world.machines[0]!);
  world.start(world.machines[2]!);
  await world.timeline.runUntil(world.timeline.now + 200);
  t.is(await versionAt(world, 3, 'k'), undefined);
  world.start(world.machines[0]!);
  t.is(await versionAt(world, 3, 'k'), 1);
});
