import test from 'ava';
import type { NodeRecord } from '#p2p/registry/record.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { startMemoryNode, type MemoryNode } from '../support/memory-node.ts';

async function pair(): Promise<{
  clock: ManualClock;
  network: MemoryNetwork;
  a: MemoryNode;
  b: MemoryNode;
}> {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const a = await startMemoryNode(network, { name: 'a' });
  const b = await startMemoryNode(network, { name: 'b', from: ['a'] });
  await clock.advance(1_000);
  return { clock, network, a, b };
}

function record(vtasks: number, changes: Partial<NodeRecord> = {}): NodeRecord {
  return {
    name: 'a',
    lanes: 2,
    vtasks,
    memoryUsed: 1_000,
    memoryLimit: 2 ** 40,
    named: [],
    ...changes,
  };
}

function records(node: MemoryNode): number[] {
  return node.events.happenings.flatMap((one) =>
    one.what === 'record' ? [one.record.vtasks] : [],
  );
}

test('a record reaches the other nodes as it was published', async (t) => {
  const { clock, a, b } = await pair();
  const published = record(3, {
    named: [{ tenant: 't', name: 'web', vtid: 'v1', state: 'running' }],
  });
  a.mesh.publish(published);
  await clock.advance(5);
  t.deepEqual(b.mesh.members().find(({ id }) => id === a.id)?.record, published);
  t.deepEqual(a.mesh.members().find(({ id }) => id === a.id)?.record, published);
});

test('of many records in a short time the first and the last are sent', async (t) => {
  const { clock, a, b } = await pair();
  for (let vtasks = 1; vtasks <= 50; vtasks++) a.mesh.publish(record(vtasks));
  await clock.advance(500);
  t.deepEqual(records(b), [1, 50]);
});

test('a record that is not newer is not sent again', async (t) => {
  const { clock, a, b } = await pair();
  a.mesh.publish(record(1));
  await clock.advance(20_000);
  t.deepEqual(records(b), [1]);
});

test('a node that joins later gets the records that are there', async (t) => {
  const { clock, network, a } = await pair();
  a.mesh.publish(record(7));
  const c = await startMemoryNode(network, { name: 'c', from: ['a'] });
  await clock.advance(1_000);
  t.deepEqual(records(c), [7]);
});

test('a restarted node replaces the record of its earlier life', async (t) => {
  const { clock, network, a, b } = await pair();
  for (let vtasks = 1; vtasks <= 9; vtasks++) b.mesh.publish(record(vtasks));
  await clock.advance(500);
  await b.mesh[Symbol.asyncDispose]();
  const again = await startMemoryNode(network, {
    name: 'b',
    from: ['a'],
    roster: b.roster,
    identity: b.identity,
  });
  again.mesh.publish(record(100));
  await clock.advance(10_000);
  t.deepEqual(records(a).slice(-2), [9, 100]);
});

test('the record of a node that becomes unreachable is kept', async (t) => {
  const { clock, a, b } = await pair();
  b.mesh.publish(record(4));
  await clock.advance(100);
  await b.mesh[Symbol.asyncDispose]();
  await clock.advance(500);
  const member = a.mesh.members().find(({ id }) => id === b.id);
  t.is(member?.standing, 'unreachable');
  t.is(member?.record?.vtasks, 4);
});

test('a record of too many names or bytes is not published, and the one before stays', async (t) => {
  const { a } = await pair();
  a.mesh.publish(record(1));
  const name = { tenant: 't', name: 'x', vtid: 'v', state: 'running' as const };
  const many = Array.from({ length: 8_193 }, () => name);
  t.throws(() => a.mesh.publish(record(2, { named: many })), { code: 'record-too-large' });
  const long = Array.from({ length: 8_192 }, (_, at) => ({
    ...name,
    name: `${at}`.padStart(256, 'x'),
  }));
  t.throws(() => a.mesh.publish(record(2, { named: long })), { code: 'record-too-large' });
  t.is(a.mesh.members().find(({ id }) => id === a.id)?.record?.vtasks, 1);
});

test('a record that the others would refuse is not published', async (t) => {
  const { a } = await pair();
  const named = [{ tenant: 't', name: 'x', vtid: 'v'.repeat(129), state: 'running' as const }];
  t.throws(() => a.mesh.publish(record(2, { named })), { code: 'invalid-record' });
});
