import test from 'ava';
import { encodePacket } from '#p2p/membership/packet.ts';
import { WIRE } from '#p2p/wire-format.ts';
import { ManualClock } from './support/manual-clock.ts';
import { MemoryNetwork } from './support/memory-network.ts';
import { RawPeer } from './support/raw-peer.ts';
import { standingAt, startMemoryNode, upAt, type MemoryNode } from './support/memory-node.ts';

interface Scene {
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
  readonly nodes: readonly MemoryNode[];
  readonly first: MemoryNode;
  readonly last: MemoryNode;
}

async function scene(count: number): Promise<Scene> {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const nodes: MemoryNode[] = [];
  for (let at = 0; at < count; at++)
    nodes.push(await startMemoryNode(network, { name: `n${at}`, from: at === 0 ? [] : ['n0'] }));
  await clock.advance(2_000);
  return { clock, network, nodes, first: nodes[0]!, last: nodes.at(-1)! };
}

function restarted({ network }: Scene, node: MemoryNode, name: string): Promise<MemoryNode> {
  const { roster, identity } = node;
  return startMemoryNode(network, { name, from: ['n0'], roster, identity });
}

test('a node that ended is unreachable to all others within half a second', async (t) => {
  const { clock, nodes, last } = await scene(5);
  await last.mesh[Symbol.asyncDispose]();
  await clock.advance(500);
  for (const node of nodes.slice(0, -1)) {
    t.is(standingAt(node, last), 'unreachable');
    t.deepEqual(node.events.opinions(last.id), ['joined', 'suspect', 'unreachable']);
  }
});

test('the connection with a node that answers nobody is given up, and made again once it answers', async (t) => {
  const { clock, network, first, last } = await scene(4);
  network.freeze(last.id);
  await clock.advance(4_500); // before the silence of the connection alone would tell
  t.is(standingAt(first, last), 'unreachable');
  t.false(upAt(first).includes(last.id));
  t.true(first.logger.codes().includes('peer-unreachable'));
  network.thaw(last.id);
  await clock.advance(20_000);
  t.is(standingAt(first, last), 'up');
  t.true(upAt(first).includes(last.id));
  t.is(first.events.opinions(last.id).at(-1), 'alive');
});

test('a node that was held up for less than its connection may be silent ends nothing', async (t) => {
  const { clock, network, first, last } = await scene(4);
  network.freeze(last.id);
  await clock.advance(3_000);
  t.is(standingAt(first, last), 'unreachable');
  network.thaw(last.id);
  await clock.advance(20_000);
  t.is(standingAt(first, last), 'up');
  t.deepEqual(first.events.changes(last.id), ['up']);
});

test('a node that others reach stands as up while the connection with it is down', async (t) => {
  const { clock, network, first, last } = await scene(4);
  network.stall(first.id, last.id);
  await clock.advance(10_000);
  t.false(upAt(first).includes(last.id));
  t.is(standingAt(first, last), 'up');
  t.false(first.events.opinions(last.id).includes('unreachable'));
});

test('a node that leaves has left, and is never taken for unreachable', async (t) => {
  const { clock, nodes, last } = await scene(5);
  const leaving = last.mesh.leave();
  await clock.advance(10);
  await leaving;
  await last.mesh[Symbol.asyncDispose]();
  await clock.advance(30_000);
  for (const node of nodes.slice(0, -1)) {
    t.is(standingAt(node, last), 'left');
    t.deepEqual(node.events.opinions(last.id), ['joined', 'left']);
  }
});

test('nodes that leave together do not wait for one another', async (t) => {
  const { clock, first, last } = await scene(2);
  const stopping = [first, last].map(async ({ mesh }) => {
    await mesh.leave();
    await mesh[Symbol.asyncDispose]();
  });
  await clock.advance(10);
  await Promise.all(stopping);
  t.pass();
});

test('a node that left joins again with its next life, under the same id', async (t) => {
  const s = await scene(3);
  const leaving = s.last.mesh.leave();
  await s.clock.advance(10);
  await leaving;
  await s.last.mesh[Symbol.asyncDispose]();
  await s.clock.advance(1_000);
  const again = await restarted(s, s.last, 'n2');
  await s.clock.advance(6_000);
  t.is(standingAt(s.first, again), 'up');
  t.deepEqual(s.first.events.opinions(again.id), ['joined', 'left', 'joined']);
});

test('that a node has started anew is heard before it is up', async (t) => {
  const s = await scene(3);
  await s.last.mesh[Symbol.asyncDispose]();
  const again = await restarted(s, s.last, 'n2');
  await s.clock.advance(6_000);
  const heard = s.first.events.happenings.flatMap((one) => {
    if (one.what === 'up' && one.node === again.id) return ['up'];
    if (one.what === 'opinion' && one.event.node === again.id && one.event.what === 'joined')
      return [`joined ${one.event.incarnation}`];
    return [];
  });
  t.deepEqual(heard, ['joined 1', 'up', 'joined 2', 'up']);
});

/** A peer of which the test writes each byte, admitted by the first node. */
function joined({ clock, network, first }: Scene): Promise<RawPeer> {
  return RawPeer.join({ network, clock }, 'raw', { name: 'n0', id: first.id });
}

test('a node that hears of a later life of itself says so', async (t) => {
  const s = await scene(1);
  const peer = await joined(s);
  const later = { node: s.first.id, incarnation: 9, refutations: 0 };
  const news = [{ ...later, standing: { tag: 'alive' as const } }];
  const packet = { incarnation: 1, refutations: 0, body: { tag: 'news' as const }, news };
  peer.send(WIRE.membership, encodePacket(packet));
  await s.clock.advance(5);
  t.is(peer.closed, undefined);
  t.true(s.first.logger.lines.some(({ message }) => message.startsWith('a later life of this')));
});

for (const [what, bytes, code] of [
  ['bytes that are no packet', Uint8Array.of(1, 2), 'malformed-frame'],
  ['a packet of a node that has never started', Uint8Array.of(0, 0, 4, 0), 'invalid-packet'],
  ['a packet that is too long', new Uint8Array(64 * 1024 + 1), 'packet-too-large'],
] as const) {
  test(`a peer that sends ${what} is cut off`, async (t) => {
    const s = await scene(1);
    const peer = await joined(s);
    peer.send(WIRE.membership, bytes);
    await s.clock.advance(5);
    t.truthy(peer.closed);
    t.true(s.first.logger.codes().includes(code), s.first.logger.codes().join(', '));
  });
}
