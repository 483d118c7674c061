import test from 'ava';
import { ManualClock } from './support/manual-clock.ts';
import { memoryId, MemoryNetwork } from './support/memory-network.ts';
import { startMemoryNode, upAt, type MemoryNode } from './support/memory-node.ts';

function world(): { clock: ManualClock; network: MemoryNetwork } {
  const clock = new ManualClock();
  return { clock, network: new MemoryNetwork(clock) };
}

async function cluster(
  network: MemoryNetwork,
  clock: ManualClock,
  names: readonly string[],
): Promise<MemoryNode[]> {
  const nodes: MemoryNode[] = [];
  for (const [at, name] of names.entries()) {
    nodes.push(await startMemoryNode(network, { name, from: at === 0 ? [] : [names[0] ?? ''] }));
  }
  await clock.advance(1_000);
  return nodes;
}

for (const count of [3, 5]) {
  test(`${count} nodes that know one address become a full mesh`, async (t) => {
    const { clock, network } = world();
    const nodes = await cluster(network, clock, ['a', 'b', 'c', 'd', 'e'].slice(0, count));
    t.deepEqual(
      nodes.map((node) => upAt(node).length),
      nodes.map(() => count - 1),
    );
    t.true(nodes.every(({ mesh }) => mesh.ready));
  });
}

test('a node whose bootstrap is not there yet tries until it is', async (t) => {
  const { clock, network } = world();
  const late = await startMemoryNode(network, { name: 'late', from: ['first'] });
  await clock.advance(60_000);
  t.false(late.mesh.ready);
  await startMemoryNode(network, { name: 'first' });
  await clock.advance(6_000);
  t.true(late.mesh.ready);
});

test('pauses between dials grow and never pass five seconds', async (t) => {
  const { clock, network } = world();
  const dials: number[] = [];
  const real = network.transport.bind(network);
  network.transport = (name, address) => {
    const transport = real(name, address);
    const dial = transport.dial.bind(transport);
    return {
      ...transport,
      dial: (...args) => {
        dials.push(clock.now());
        return dial(...args);
      },
    };
  };
  await startMemoryNode(network, { name: 'lone', from: ['nobody'] });
  await clock.advance(60_000);
  const pauses = dials.slice(1).map((at, index) => at - (dials[index] ?? 0));
  t.true((pauses[0] ?? 0) <= 101);
  t.true(Math.max(...pauses) > 2_500);
  t.true(Math.max(...pauses) <= 5_001);
});

test('dials that cross leave one connection, and each side says up once', async (t) => {
  const { clock, network } = world();
  const [a, b] = (await cluster(network, clock, ['a', 'b'])) as [MemoryNode, MemoryNode];
  await a.mesh[Symbol.asyncDispose]();
  await b.mesh[Symbol.asyncDispose]();
  const again = await Promise.all([
    startMemoryNode(network, { name: 'a', roster: a.roster, identity: a.identity }),
    startMemoryNode(network, { name: 'b', roster: b.roster, identity: b.identity, from: ['a'] }),
  ]);
  await clock.advance(1_000);
  const dialled = network.connections.slice(1).map(([near]) => near.self);
  t.true(dialled.includes(a.id) && dialled.includes(b.id)); // both did dial
  t.is(network.between(a.id, b.id).length, 1);
  t.is(network.between(a.id, b.id)[0]?.dialled, a.id < b.id);
  t.deepEqual(again[0].events.changes(b.id), ['up']);
  t.deepEqual(again[1].events.changes(a.id), ['up']);
});

test('a restarted node comes back under the same id with the next incarnation', async (t) => {
  const { clock, network } = world();
  const [a, b] = (await cluster(network, clock, ['a', 'b'])) as [MemoryNode, MemoryNode];
  await b.mesh[Symbol.asyncDispose]();
  await clock.advance(100);
  t.deepEqual(a.events.changes(b.id), ['up', 'down']);
  await startMemoryNode(network, {
    name: 'b',
    from: ['a'],
    roster: b.roster,
    identity: b.identity,
  });
  await clock.advance(6_000);
  t.deepEqual(a.events.changes(b.id), ['up', 'down', 'up']);
  t.is(a.mesh.members().find(({ id }) => id === b.id)?.incarnation, 2);
});

test('a connection on which nothing comes is given up after the time given, and made again', async (t) => {
  const { clock, network } = world();
  const [a, b] = (await cluster(network, clock, ['a', 'b', 'c'])) as [MemoryNode, MemoryNode];
  network.stall(a.id, b.id);
  await clock.advance(4_000);
  t.true(upAt(a).includes(b.id));
  await clock.advance(2_500);
  t.false(upAt(a).includes(b.id));
  t.true(a.logger.codes().includes('peer-silent'));
  network.flow();
  await clock.advance(20_000);
  t.true(upAt(a).includes(b.id));
  t.deepEqual(a.events.changes(b.id), ['up', 'down', 'up']);
});

test('a node that was held up itself does not blame its peers', async (t) => {
  const { clock, network } = world();
  const [a, b] = (await cluster(network, clock, ['a', 'b'])) as [MemoryNode, MemoryNode];
  clock.jump(60_000);
  await clock.advance(3_000);
  t.deepEqual(a.events.changes(b.id), ['up']);
  t.deepEqual(b.events.changes(a.id), ['up']);
});

test('a connection that breaks is down once and is made again', async (t) => {
  const { clock, network } = world();
  const [a, b] = (await cluster(network, clock, ['a', 'b'])) as [MemoryNode, MemoryNode];
  const [near] = network.between(a.id, b.id);
  near?.other.lose('cable');
  near?.lose('cable');
  await clock.advance(3_000);
  t.deepEqual(a.events.changes(b.id), ['up', 'down', 'up']);
  t.deepEqual(b.events.changes(a.id), ['up', 'down', 'up']);
});

test('the round trip of the last heartbeat is measured', async (t) => {
  const { clock, network } = world();
  const [a] = (await cluster(network, clock, ['a', 'b'])) as [MemoryNode, MemoryNode];
  await clock.advance(2_000);
  t.is(a.mesh.members().find(({ standing }) => standing === 'up')?.roundTripUs, 2_000);
});

test('frames of one turn of the event loop leave in one send, in order', async (t) => {
  const { clock, network } = world();
  const [a, b] = (await cluster(network, clock, ['a', 'b'])) as [MemoryNode, MemoryNode];
  const [connection] = network.between(a.id, b.id);
  const before = connection?.sends ?? 0;
  for (let at = 0; at < 100; at++) t.true(a.mesh.send(b.id, Uint8Array.of(at)));
  await clock.advance(2);
  t.is((connection?.sends ?? 0) - before, 1);
  t.deepEqual(
    b.events.frames().map(([first]) => first),
    Array.from({ length: 100 }, (_, at) => at),
  );
});

test('a send to a node that is not connected, or of a frame too long, gives false', async (t) => {
  const { clock, network } = world();
  const [a, b] = (await cluster(network, clock, ['a', 'b'])) as [MemoryNode, MemoryNode];
  t.false(a.mesh.send(memoryId('nobody'), Uint8Array.of(1)));
  t.false(a.mesh.send(b.id, new Uint8Array(2 * 1024 * 1024 + 1)));
  t.true(a.mesh.send(b.id, new Uint8Array(2 * 1024 * 1024)));
});

test('for a peer that takes nothing 32 MiB are queued and no more', async (t) => {
  const { clock, network } = world();
  const [a, b] = (await cluster(network, clock, ['a', 'b'])) as [MemoryNode, MemoryNode];
  network.freeze(b.id);
  const frame = new Uint8Array(1024 * 1024);
  let sent = 0;
  while (sent < 100 && a.mesh.send(b.id, frame)) sent++;
  t.is(sent, 31); // each has five bytes of header
});

test('what a peer must hear goes beyond that, and where that finds no room either, both hear that the connection is lost', async (t) => {
  const { clock, network } = world();
  const [a, b] = (await cluster(network, clock, ['a', 'b'])) as [MemoryNode, MemoryNode];
  network.freeze(b.id);
  const frame = new Uint8Array(1024 * 1024);
  while (a.mesh.send(b.id, frame));
  let promised = 0;
  while (promised < 100 && a.mesh.send(b.id, frame, true)) promised++;
  t.is(promised, 16);
  t.false(a.mesh.send(b.id, Uint8Array.of(1), true), 'something that came before it was lost');
  t.deepEqual(a.events.changes(b.id), ['up'], 'whoever sends is not told meanwhile');
  await clock.advance(0);
  t.deepEqual(a.events.changes(b.id), ['up', 'down']);
  t.is(a.logger.codes().at(-1), 'unread-frames');
  network.thaw(b.id);
  await clock.advance(6_000);
  t.deepEqual(b.events.changes(a.id), ['up', 'down', 'up']);
  t.true(a.mesh.send(b.id, frame));
});

test('a connection that is given up is made again', async (t) => {
  const { clock, network } = world();
  const [a, b] = (await cluster(network, clock, ['a', 'b'])) as [MemoryNode, MemoryNode];
  a.mesh.giveUp(b.id, new Error('something for it was lost'));
  a.mesh.giveUp(b.id, new Error('once more'));
  await clock.advance(6_000);
  t.deepEqual(a.events.changes(b.id), ['up', 'down', 'up']);
  t.deepEqual(b.events.changes(a.id), ['up', 'down', 'up']);
});

test('a node that listens late hears of those that are up already', async (t) => {
  const { clock, network } = world();
  const [a, b] = (await cluster(network, clock, ['a', 'b'])) as [MemoryNode, MemoryNode];
  const ups: string[] = [];
  a.mesh.listen({
    onFrame: () => undefined,
    onUp: (node) => ups.push(node),
    onDown: () => undefined,
    onRecord: () => undefined,
    onMember: () => undefined,
  });
  t.deepEqual(ups, [b.id]);
});

test('a node that answers at the address of another does not pass for it', async (t) => {
  const { clock, network } = world();
  const [a, b] = (await cluster(network, clock, ['a', 'b'])) as [MemoryNode, MemoryNode];
  await b.mesh[Symbol.asyncDispose]();
  await startMemoryNode(network, { name: 'c', from: ['nobody'], at: 'memory:b' });
  await clock.advance(10_000);
  t.true(a.logger.codes().includes('wrong-peer'));
  t.deepEqual(upAt(a), []);
});

test('what goes over the connections with a peer is counted, over one after another', async (t) => {
  const { clock, network } = world();
  const [a, b] = (await cluster(network, clock, ['a', 'b'])) as [MemoryNode, MemoryNode];
  const figures = (of: MemoryNode, id: string) =>
    of.mesh.members().find((each) => each.id === id)!.link!();
  const before = figures(a, b.id);
  t.like(before, { connections: 1, queuedBytes: 0 });
  for (let count = 0; count < 10; count += 1) a.mesh.send(b.id, new Uint8Array(100));
  await clock.advance(10);
  const after = figures(a, b.id).traffic;
  t.true(after.framesSent >= before.traffic.framesSent + 10);
  t.true(after.bytesSent >= before.traffic.bytesSent + 1_000);
  t.true(after.sends < before.traffic.sends + 10);
  t.true(figures(b, a.id).traffic.framesReceived >= before.traffic.framesSent + 10);
  await b[Symbol.asyncDispose]();
  await clock.advance(10);
  t.true(figures(a, b.id).traffic.framesSent >= after.framesSent);
});
