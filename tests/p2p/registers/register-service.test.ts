import test, { type ExecutionContext } from 'ava';
import type { Outcome } from '#p2p/registers/outcome.ts';
import { LOST_AFTER_MS, ServiceWorld } from './support/service-world.ts';

const TIMEOUT_MS = 5_000;
const value = new TextEncoder().encode('x');

function write(world: ServiceWorld, at: number, key: string): Promise<Outcome> {
  const service = world.machines[at]!.service!;
  return world.until(service.change(key, () => ({ value }), TIMEOUT_MS));
}

async function versionAt(world: ServiceWorld, at: number, key: string): Promise<number> {
  const outcome = await world.until(world.machines[at]!.service!.read(key, TIMEOUT_MS));
  return outcome.tag === 'ok' ? outcome.register.version : -1;
}

async function settles(t: ExecutionContext, world: ServiceWorld, wanted: string): Promise<void> {
  const living = world.machines.flatMap(({ service }, at) => (service === undefined ? [] : [at]));
  const agreed = (): boolean => living.every((at) => world.acceptors(at) === wanted);
  await world.reaches(agreed);
  for (const at of living) t.is(world.acceptors(at), wanted, `as n${at} knows it`);
}

test('a node that founds a cluster keeps the registers alone, and so it does for a second one', async (t) => {
  const world = await ServiceWorld.of(1);
  t.is((await write(world, 0, 'k')).tag, 'ok');
  await world.add();
  t.is(await versionAt(world, 1, 'k'), 1);
  await settles(t, world, 'n0');
  world.crash(world.machines[1]!);
  t.is((await write(world, 0, 'k')).tag, 'ok');
});

test('with the third node there are three acceptors, and any of the three may be lost', async (t) => {
  for (const lost of [0, 1, 2]) {
    const world = await ServiceWorld.of(3, 1 + lost);
    await settles(t, world, 'n0 n1 n2');
    await write(world, 0, 'k');
    world.crash(world.machines[lost]!);
    const others = [0, 1, 2].filter((at) => at !== lost);
    for (const at of others) t.is((await write(world, at, 'k')).tag, 'ok');
    for (const at of others) t.is(await versionAt(world, at, 'k'), 3);
    await world.start(world.machines[lost]!);
    t.is(await versionAt(world, lost, 'k'), 3);
  }
});

test('five nodes bear the loss of two at once', async (t) => {
  const world = await ServiceWorld.of(5);
  await settles(t, world, 'n0 n1 n2 n3 n4');
  await write(world, 0, 'k');
  for (const at of [0, 3]) world.crash(world.machines[at]!);
  t.is((await write(world, 1, 'k')).tag, 'ok');
  t.is(await versionAt(world, 4, 'k'), 2);
});

test('a lost acceptor is replaced by the nodes themselves, and then another may be lost', async (t) => {
  const world = await ServiceWorld.of(4);
  await settles(t, world, 'n0 n1 n2');
  await write(world, 3, 'k');
  world.crash(world.machines[0]!); // also the one that has chosen so far
  await settles(t, world, 'n1 n2 n3');
  world.crash(world.machines[1]!);
  t.is((await write(world, 3, 'k')).tag, 'ok');
  t.is(await versionAt(world, 2, 'k'), 2);
});

test('one that comes back in time is not replaced', async (t) => {
  const world = await ServiceWorld.of(4);
  await settles(t, world, 'n0 n1 n2');
  const { epoch } = world.machines[1]!.service!.configuration!;
  world.crash(world.machines[0]!);
  await world.timeline.runUntil(world.timeline.now + LOST_AFTER_MS / 2);
  await world.start(world.machines[0]!);
  await world.timeline.runUntil(world.timeline.now + 2 * LOST_AFTER_MS);
  t.is(world.machines[1]!.service!.configuration!.epoch, epoch);
});

test('a node that was away while the acceptors were replaced finds the new ones', async (t) => {
  const world = await ServiceWorld.of(5);
  await settles(t, world, 'n0 n1 n2 n3 n4');
  world.crash(world.machines[4]!);
  world.crash(world.machines[0]!);
  await settles(t, world, 'n1 n2 n3');
  await write(world, 1, 'k');
  await world.start(world.machines[4]!);
  t.is(await versionAt(world, 4, 'k'), 1);
  // Then it is one of five again, and the founder too.
  await world.start(world.machines[0]!);
  await settles(t, world, 'n0 n1 n2 n3 n4');
  t.is(await versionAt(world, 0, 'k'), 1);
});

test('an acceptor that has lost its disk is another one, which takes its place', async (t) => {
  const world = await ServiceWorld.of(3);
  await settles(t, world, 'n0 n1 n2');
  await write(world, 1, 'k');
  const [machine] = world.machines;
  const before = machine!.service!.configuration!.acceptors;
  world.crash(machine!);
  machine!.disk.lose();
  await world.start(machine!);
  await world.reaches(() => {
    const { acceptors } = world.machines[1]!.service!.configuration!;
    return acceptors.filter((each) => !before.includes(each)).length === 1;
  });
  await settles(t, world, 'n0 n1 n2');
  world.crash(world.machines[1]!);
  t.is(await versionAt(world, 0, 'k'), 1);
});

test('a minority that is cut off reads and writes nothing, and finds what the others wrote', async (t) => {
  const world = await ServiceWorld.of(3);
  await settles(t, world, 'n0 n1 n2');
  const [first, second, third] = world.machines;
  world.cut(first!, second!);
  world.cut(first!, third!);
  t.is((await write(world, 1, 'k')).tag, 'ok');
  t.is((await write(world, 0, 'k')).tag, 'unavailable');
  t.is(await versionAt(world, 0, 'k'), -1);
  world.mend();
  t.is(await versionAt(world, 0, 'k'), 1);
});

test('who has heard of no acceptors waits for them until its time is up', async (t) => {
  const world = await ServiceWorld.of(1);
  const [first] = world.machines;
  world.crash(first!);
  await world.add();
  const waiting = world.machines[1]!.service!.read('k', TIMEOUT_MS);
  t.is((await world.until(world.machines[1]!.service!.read('k', 100))).tag, 'unavailable');
  await world.start(first!);
  t.is((await world.until(waiting)).tag, 'ok');
});
