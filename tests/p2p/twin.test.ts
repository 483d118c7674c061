import test, { type ExecutionContext } from 'ava';
import { HelloRefusedError } from '#p2p/errors.ts';
import { Twin } from '#p2p/twin.ts';
import { ManualClock } from './support/manual-clock.ts';
import { MemoryNetwork } from './support/memory-network.ts';
import { startMemoryNode, upAt, type MemoryNode } from './support/memory-node.ts';
import { MemoryAdmission, MemoryIdentity, MemoryRoster } from './support/stores.ts';

const SILENT_AFTER_MS = 5_000;
const ALIVE = new HelloRefusedError('duplicate-identity', 'that node is alive');

async function pair() {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const one = await startMemoryNode(network, { name: 'one' });
  const two = await startMemoryNode(network, { name: 'two', from: ['one'] });
  await clock.advance(1_000);
  return { clock, network, one, two };
}

/** What a data folder has that was copied. */
function copyOf({ roster: { entries }, identity: { incarnation }, store: { files } }: MemoryNode) {
  const store = new MemoryAdmission();
  for (const [file, bytes] of files) store.files.set(file, bytes.slice());
  return {
    roster: Object.assign(new MemoryRoster(), { entries: structuredClone(entries) }),
    identity: Object.assign(new MemoryIdentity(), { incarnation }),
    store,
  };
}

async function ends(t: ExecutionContext, { mesh }: MemoryNode, code: string): Promise<void> {
  t.is((await mesh.expelled).code, code);
}

test('a node that runs on a copy of what another one runs on is never ready, and ends', async (t) => {
  const { clock, network, one, two } = await pair();
  const copy = copyOf(two);
  const twin = await startMemoryNode(network, {
    name: 'two',
    from: ['one'],
    at: 'memory:elsewhere',
    ...copy,
  });
  await clock.advance(SILENT_AFTER_MS);
  t.false(twin.mesh.ready);
  await clock.advance(3 * SILENT_AFTER_MS);
  t.false(twin.mesh.ready);
  await ends(t, twin, 'duplicate-identity');
  await t.throwsAsync(twin.mesh.whenReady(AbortSignal.timeout(1_000)), {
    code: 'duplicate-identity',
    message: /another process says incarnation 2 with the same key, as on a copy/,
  });
  t.deepEqual(one.events.changes(two.id), ['up']);
  t.deepEqual(upAt(two), [one.id]);
});

test('a node that starts on an older copy of its folder ends', async (t) => {
  const { clock, network, two } = await pair();
  const copy = copyOf(two);
  await two.mesh[Symbol.asyncDispose]();
  two.identity.incarnation += 5;
  const { roster, identity, store } = two;
  const again = await startMemoryNode(network, {
    name: 'two',
    from: ['one'],
    roster,
    identity,
    store,
  });
  await clock.advance(6_000);
  t.true(again.mesh.ready);
  await again.mesh[Symbol.asyncDispose]();
  const older = await startMemoryNode(network, { name: 'two', from: ['one'], ...copy });
  await clock.advance(4 * SILENT_AFTER_MS);
  t.false(older.mesh.ready);
  await ends(t, older, 'stale-incarnation');
});

test('a node whose key another process took over while it was cut off ends', async (t) => {
  const { clock, network, one, two } = await pair();
  await one.mesh[Symbol.asyncDispose](); // nobody is left that would know of the first
  await clock.advance(1_000);
  const twin = await startMemoryNode(network, {
    name: 'two',
    at: 'memory:elsewhere',
    ...copyOf(two),
  });
  const { roster, identity, store } = one;
  const again = await startMemoryNode(network, {
    name: 'one',
    roster,
    identity,
    store,
  });
  await clock.advance(6 * SILENT_AFTER_MS);
  const [loser, winner] = upAt(two).length === 0 ? [two, twin] : [twin, two];
  t.deepEqual(upAt(winner), [again.id]);
  const { code } = await loser.mesh.expelled;
  t.true(['duplicate-identity', 'stale-incarnation'].includes(code), code);
});

function made(isLinked: () => boolean = () => false) {
  const clock = new ManualClock();
  const ended: string[] = [];
  let over = 0;
  const twin = new Twin(clock, {
    silentAfterMs: () => SILENT_AFTER_MS,
    isLinked,
    onOver: () => (over += 1),
    onEnd: (error) => ended.push(error.code),
  });
  return { clock, twin, ended, over: () => over };
}

test('a node that was started again before others had noticed is not ended for the process before it', async (t) => {
  const { clock, twin, ended } = made();
  for (let time = 0; time < 3; time += 1) {
    twin.refused(ALIVE);
    t.true(twin.isSuspected);
    await clock.advance(3_000);
  }
  twin.admitted();
  t.false(twin.isSuspected);
  await clock.advance(60_000);
  twin.refused(ALIVE); // long after, of a connection that broke
  t.deepEqual(ended, []);
});

test('a node is alone again once nobody says any more that it has a twin', async (t) => {
  const { clock, twin, ended, over } = made();
  twin.refused(ALIVE);
  await clock.advance(20_000);
  t.false(twin.isSuspected);
  t.is(over(), 1);
  twin.refused(ALIVE);
  t.deepEqual(ended, []);
});

test('no member ends a node that another one has admitted', async (t) => {
  const { clock, twin, ended } = made(() => true);
  for (let time = 0; time < 10; time += 1) {
    twin.refused(ALIVE);
    await clock.advance(3_000);
  }
  t.false(twin.isSuspected);
  t.deepEqual(ended, []);
});

test('a refusal for another reason says nothing of a twin', async (t) => {
  const { clock, twin, ended } = made();
  for (let time = 0; time < 10; time += 1) {
    twin.refused(new HelloRefusedError('version-mismatch', 'another protocol'));
    await clock.advance(3_000);
  }
  t.false(twin.isSuspected);
  t.deepEqual(ended, []);
});
