import test, { type ExecutionContext } from 'ava';
import { encode, MAX_WIRE_BODY_BYTES, PROTOCOL, WIRE } from '#p2p/wire-format.ts';
import { readRefusal, writeHelloAck } from '#posiv-wit/generated/p2p/admission.ts';
import { writePing } from '#posiv-wit/generated/p2p/heartbeat.ts';
import { encodeMessage } from '#p2p/registry/message.ts';
import { writeNamedVtask } from '#posiv-wit/generated/p2p/registry.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { ManualClock, seededRandom } from './support/manual-clock.ts';
import { memoryId, MemoryNetwork } from './support/memory-network.ts';
import { startMemoryNode, upAt, type MemoryNode } from './support/memory-node.ts';
import { frameOf, RawPeer } from './support/raw-peer.ts';

interface Scene {
  clock: ManualClock;
  network: MemoryNetwork;
  node: MemoryNode;
  good: MemoryNode;
  /** A connection of a stranger that has said nothing. */
  dial(name?: string): Promise<RawPeer>;
  /** One that was admitted. */
  join(name?: string): Promise<RawPeer>;
}

async function scene(): Promise<Scene> {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const node = await startMemoryNode(network, { name: 'node' });
  const good = await startMemoryNode(network, { name: 'good', from: ['node'] });
  await clock.advance(1_000);
  const dial = async (name = 'evil'): Promise<RawPeer> => {
    const dialling = RawPeer.dial(network, name, 'node');
    await clock.advance(2);
    return dialling;
  };
  const join = async (name = 'evil'): Promise<RawPeer> => {
    const peer = await dial(name);
    peer.sayHello();
    peer.sayAck(node.id);
    await clock.advance(5);
    return peer;
  };
  return { clock, network, node, good, dial, join };
}

/** It is gone, the log says why, and nobody else felt it. */
async function isCutOff(
  t: ExecutionContext,
  { clock, node, good }: Scene,
  peer: RawPeer,
  code: string,
): Promise<void> {
  await clock.advance(5);
  t.truthy(peer.closed);
  t.true(node.logger.codes().includes(code), `logged: ${node.logger.codes().join(', ')}`);
  t.deepEqual(upAt(node), [good.id]);
  t.deepEqual(node.events.changes(good.id), ['up']);
  t.true(good.mesh.send(node.id, Uint8Array.of(1, 2, 3)));
  await clock.advance(5);
  t.deepEqual(node.events.frames(), [Uint8Array.of(1, 2, 3)]);
}

function refusal(peer: RawPeer): string | undefined {
  const frame = peer.received.find(({ kind }) => kind === WIRE.refusal);
  return frame === undefined ? undefined : readRefusal(new Reader(frame.body)).code;
}

test('a peer that sends random bytes is cut off', async (t) => {
  for (let seed = 1; seed <= 20; seed++) {
    const s = await scene();
    const peer = await s.dial();
    peer.bytes(Uint8Array.of(seed, 0, 0, 0, 200, ...seededRandom(seed).bytes(4_096)));
    await isCutOff(t, s, peer, 'unexpected-frame');
  }
});

test('a peer that announces a huge frame is cut off before it sends it', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  peer.raw(0xff, 0xff, 0xff, 0xff, WIRE.hello);
  await isCutOff(t, s, peer, 'frame-too-large');
});

test('a peer that announces more than a hello before it is admitted is cut off', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  peer.raw(0, 0, 16, 0, WIRE.hello); // 1 MiB
  await isCutOff(t, s, peer, 'frame-too-large');
});

test('a peer that never finishes its hello is cut off when the time for it is over', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  const hello = frameOf(WIRE.hello, new Uint8Array(1_000));
  for (let at = 0; at < 9; at++) {
    peer.bytes(hello.subarray(at, at + 1));
    await s.clock.advance(1_000);
  }
  t.is(peer.closed, undefined);
  await s.clock.advance(1_500);
  await isCutOff(t, s, peer, 'hello-timeout');
});

test('a peer that connects and says nothing is cut off', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  await s.clock.advance(10_500);
  await isCutOff(t, s, peer, 'hello-timeout');
});

test('a peer of another protocol version is refused, whatever the rest of its hello looks like', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  peer.send(WIRE.greeting, Uint8Array.of(PROTOCOL + 1, 1, 2, 3));
  await isCutOff(t, s, peer, 'version-mismatch');
  t.is(refusal(peer), 'version-mismatch');
});

test('a peer whose id is not that of its key is refused', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  peer.sayHello({ id: memoryId('somebody') });
  await isCutOff(t, s, peer, 'identity-mismatch');
  t.is(refusal(peer), 'identity-mismatch');
});

const entry = { name: 'x', addresses: [], incarnation: 1, founder: false };
const malformed: [string, (peer: RawPeer) => Parameters<RawPeer['sayHello']>[0]][] = [
  ['a short session', () => ({ session: new Uint8Array(3) })],
  ['an empty name', () => ({ name: '' })],
  ['a name that would reach a terminal', () => ({ name: '\u001b[2J' })],
  ['a long name', () => ({ name: 'x'.repeat(65) })],
  ['incarnation 0', () => ({ incarnation: 0 })],
  ['too many addresses', () => ({ addresses: Array.from({ length: 17 }, () => 'memory:x') })],
  ['a long address', () => ({ addresses: ['x'.repeat(257)] })],
  ['a version that is not printable', () => ({ version: '\n' })],
  ['a roster without itself', () => ({ roster: [] })],
  [
    'a node id that is none',
    (peer) => ({ roster: [...peer.hello().roster, { ...entry, id: '../etc' }] }),
  ],
  ['a node twice', (peer) => ({ roster: [...peer.hello().roster, ...peer.hello().roster] })],
  [
    'two founders',
    (peer) => ({
      roster: [
        { ...entry, id: peer.id, founder: true },
        { ...entry, id: memoryId('z'), founder: true },
      ],
    }),
  ],
  [
    'a roster beyond the limit',
    (peer) => ({
      roster: [
        ...peer.hello().roster,
        ...Array.from({ length: 1_024 }, (_, at) => ({ ...entry, id: memoryId(`${at}`) })),
      ],
    }),
  ],
];
for (const [what, changes] of malformed) {
  test(`a hello with ${what} is refused and changes nothing`, async (t) => {
    const s = await scene();
    const peer = await s.dial();
    peer.sayHello(changes(peer));
    await isCutOff(t, s, peer, 'malformed-hello');
    t.is(refusal(peer), 'malformed-hello');
    t.is(s.node.mesh.members().length, 2);
  });
}

test('a greeting that is not even encoded is refused', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  peer.send(WIRE.greeting, Uint8Array.of(PROTOCOL, 0xff, 0xff, 0xff, 0xff, 0x0f));
  await isCutOff(t, s, peer, 'malformed-hello');
});

test('a roster that would pass the limit is refused as a whole', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  const many = Array.from({ length: 1_023 }, (_, at) => ({ ...entry, id: memoryId(`${at}`) }));
  peer.sayHello({ roster: [...peer.hello().roster, ...many] });
  await isCutOff(t, s, peer, 'roster-full');
  t.is(s.node.mesh.members().length, 2);
});

test('a second hello on one connection is cut off', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  peer.sayHello();
  peer.sayHello();
  await isCutOff(t, s, peer, 'unexpected-frame');
});

test('a frame for the kernel before the ack is cut off and not delivered', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  peer.sayHello();
  peer.send(WIRE.kernel, Uint8Array.of(9));
  await isCutOff(t, s, peer, 'unexpected-frame');
});

test('an ack without a hello is cut off', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  peer.sayAck(s.node.id);
  await isCutOff(t, s, peer, 'unexpected-frame');
});

test('an ack whose roster lacks the one that it acknowledges is refused', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  peer.sayHello();
  peer.send(WIRE.helloAck, encode(writeHelloAck, { settled: true, roster: peer.hello().roster }));
  await isCutOff(t, s, peer, 'malformed-hello');
});

test('handshakes beyond the limit are cut off, and members stay', async (t) => {
  const s = await scene();
  for (let at = 0; at < 128; at++) await s.dial(`slow ${at}`);
  const peer = await s.dial('one more');
  await isCutOff(t, s, peer, 'too-many-connections');
});

const afterAdmission: [string, string, (peer: RawPeer) => void][] = [
  ['a kind that does not exist', 'unexpected-frame', (peer) => peer.send(99, Uint8Array.of())],
  ['a frame beyond the limit', 'frame-too-large', (peer) => peer.raw(5, 16, 32, 0, WIRE.kernel)],
  [
    'a ping that is not encoded',
    'malformed-frame',
    (peer) => peer.send(WIRE.ping, Uint8Array.of(0xff)),
  ],
  [
    'bytes after the end of a ping',
    'malformed-frame',
    (peer) => peer.send(WIRE.ping, Uint8Array.of(...encode(writePing, { sequence: 1 }), 0)),
  ],
  [
    'a record with a vtid that is too long',
    'invalid-record',
    (peer) => {
      const named = { tenant: 't', name: 'x', vtid: 'v'.repeat(129), state: 'running' as const };
      const entries = [{ key: 'named/t/x', version: 1, value: encode(writeNamedVtask, named) }];
      const delta = { node: peer.id, incarnation: 1, since: 0, until: 1, floor: 0, entries };
      const message = { tag: 'news' as const, val: { deltas: [delta], facts: [] } };
      peer.send(WIRE.registry, encodeMessage(message));
    },
  ],
  ['another hello', 'unexpected-frame', (peer) => peer.sayHello()],
];
for (const [what, code, attack] of afterAdmission) {
  test(`an admitted peer that sends ${what} is cut off`, async (t) => {
    const s = await scene();
    const peer = await s.join();
    t.true(upAt(s.node).includes(peer.id));
    attack(peer);
    await isCutOff(t, s, peer, code);
    t.deepEqual(s.node.events.changes(peer.id), ['up', 'down']);
  });
}

test('a peer whose frames the kernel cannot read is cut off', async (t) => {
  const s = await scene();
  const peer = await s.join();
  s.node.mesh.listen({
    onFrame: (_node, frame) => {
      if (frame[0] === 66)
        throw Object.assign(new Error('no such frame'), { code: 'malformed-value' });
    },
    onUp: () => undefined,
    onDown: () => undefined,
    onRecord: () => undefined,
    onMember: () => undefined,
  });
  peer.send(WIRE.kernel, Uint8Array.of(66));
  await s.clock.advance(5);
  t.truthy(peer.closed);
  t.true(s.node.logger.codes().includes('malformed-frame'));
});

test('a peer that asks for pongs and reads none costs no more than the limit', async (t) => {
  const s = await scene();
  const peer = await s.join();
  const [connection] = s.network.between(s.node.id, peer.id);
  Object.defineProperty(connection, 'queuedBytes', { value: 40 * 1024 * 1024 });
  const before = connection?.sends;
  const ping = frameOf(WIRE.ping, encode(writePing, { sequence: 1 }));
  for (let at = 0; at < 100; at++) peer.bytes(ping);
  await s.clock.advance(3);
  t.is(connection?.sends, before);
});

test('members are let in while strangers take all places for newcomers', async (t) => {
  const s = await scene();
  for (let at = 0; at < 128; at++) await s.dial(`slow ${at}`);
  const [connection] = s.network.between(s.node.id, s.good.id);
  connection?.other.lose('cable');
  connection?.lose('cable');
  s.network.forbidDials(s.node.id);
  await s.clock.advance(2_000);
  t.deepEqual(s.node.events.changes(s.good.id), ['up', 'down', 'up']);
});

test('a member cannot pile up handshakes', async (t) => {
  const s = await scene();
  const first = await s.join();
  const more: RawPeer[] = [];
  for (let at = 0; at < 5; at++) more.push(await s.dial());
  t.deepEqual(
    more.map(({ closed }) => closed !== undefined),
    [false, false, false, false, true],
  );
  t.is(first.closed, undefined);
});

test('a second connection of one process is refused, and the first stays', async (t) => {
  const s = await scene();
  const peer = await s.join();
  const second = await s.dial();
  second.sayHello();
  await s.clock.advance(5);
  t.is(refusal(second), 'already-connected');
  t.deepEqual(s.node.events.changes(peer.id), ['up']);
});

test('a roster whose addresses would not fit into a hello is refused', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  const addresses = Array.from({ length: 16 }, () => 'x'.repeat(256));
  const many = Array.from({ length: 110 }, (_, at) => ({
    ...entry,
    id: memoryId(`${at}`),
    addresses,
  }));
  peer.sayHello({ roster: [...peer.hello().roster, ...many] });
  await s.clock.advance(5);
  const next = await s.dial('next');
  const others = Array.from({ length: 20 }, (_, at) => ({
    ...entry,
    id: memoryId(`next ${at}`),
    addresses,
  }));
  next.sayHello({ roster: [...next.hello().roster, ...others] });
  await s.clock.advance(5);
  t.is(refusal(next), 'roster-full');
});

test('a second process with the key of a living node is refused, and the living one stays', async (t) => {
  const s = await scene();
  const peer = await s.join('twin');
  const other = await s.dial('twin');
  other.sayHello({ session: new Uint8Array(16).fill(8), incarnation: 2 });
  await s.clock.advance(5);
  t.is(refusal(other), 'duplicate-identity');
  t.truthy(other.closed);
  t.is(peer.closed, undefined);
  t.true(upAt(s.node).includes(peer.id));
});

test('a node that is refused for its identity says so, and is not ready', async (t) => {
  const { clock, network, node, good } = await scene();
  const twin = await startMemoryNode(network, {
    name: 'good',
    from: ['node'],
    at: 'memory:elsewhere',
  });
  await clock.advance(2_000);
  t.false(twin.mesh.ready);
  t.true(
    twin.logger.lines.some(
      ({ level, fields }) => level === 'error' && fields.code === 'duplicate-identity',
    ),
  );
  const error = await t.throwsAsync(twin.mesh.whenReady(AbortSignal.abort()));
  t.regex(error.message, /give each node a key of its own/);
  t.deepEqual(node.events.changes(good.id), ['up']);
});

test('a node whose counter of starts went backwards is refused', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  peer.sayHello({ incarnation: 5 });
  peer.sayAck(s.node.id);
  await s.clock.advance(5);
  const first = s.network.between(s.node.id, peer.id)[0];
  first?.lose('gone');
  const again = await s.dial();
  again.sayHello({ incarnation: 4, session: new Uint8Array(16).fill(8) });
  await s.clock.advance(5);
  t.is(refusal(again), 'stale-incarnation');
});

test('a start that was counted once cannot be used by two processes', async (t) => {
  const s = await scene();
  const peer = await s.join();
  s.network.between(s.node.id, peer.id)[0]?.lose('gone');
  const again = await s.dial();
  again.sayHello({ session: new Uint8Array(16).fill(8) });
  await s.clock.advance(5);
  t.is(refusal(again), 'stale-incarnation');
});

test('a frame of the largest body arrives', async (t) => {
  const s = await scene();
  const peer = await s.join();
  peer.send(WIRE.kernel, new Uint8Array(MAX_WIRE_BODY_BYTES));
  await s.clock.advance(5);
  t.is(s.node.events.frames()[0]?.length, MAX_WIRE_BODY_BYTES);
});
