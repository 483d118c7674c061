import test from 'ava';
import { PROTOCOL, WIRE } from '#p2p/wire-format.ts';
import { memoryId } from '../support/memory-network.ts';
import type { RawPeer } from '../support/raw-peer.ts';
import { hostileScene, isCutOff, refusal } from '../support/hostile-scene.ts';

test('a peer of another protocol version is refused, whatever the rest of its hello looks like', async (t) => {
  const s = await hostileScene();
  const peer = await s.dial();
  peer.send(WIRE.greeting, Uint8Array.of(PROTOCOL + 1, 1, 2, 3));
  await isCutOff(t, s, peer, 'version-mismatch');
  t.is(refusal(peer), 'version-mismatch');
});

test('a peer whose id is not that of its key is refused', async (t) => {
  const s = await hostileScene();
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
    const s = await hostileScene();
    const peer = await s.dial();
    peer.sayHello(changes(peer));
    await isCutOff(t, s, peer, 'malformed-hello');
    t.is(refusal(peer), 'malformed-hello');
    t.is(s.node.mesh.members().length, 2);
  });
}

test('a greeting that is not even encoded is refused', async (t) => {
  const s = await hostileScene();
  const peer = await s.dial();
  peer.send(WIRE.greeting, Uint8Array.of(PROTOCOL, 0xff, 0xff, 0xff, 0xff, 0x0f));
  await isCutOff(t, s, peer, 'malformed-hello');
});

test('a roster that would pass the limit is refused as a whole', async (t) => {
  const s = await hostileScene();
  const peer = await s.dial();
  const many = Array.from({ length: 1_023 }, (_, at) => ({ ...entry, id: memoryId(`${at}`) }));
  peer.sayHello({ roster: [...peer.hello().roster, ...many] });
  await isCutOff(t, s, peer, 'roster-full');
  t.is(s.node.mesh.members().length, 2);
});

test('a roster whose addresses would not fit into a hello is refused', async (t) => {
  const s = await hostileScene();
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
