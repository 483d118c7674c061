import test from 'ava';
import { encode, MAX_WIRE_BODY_BYTES, WIRE } from '#p2p/wire-format.ts';
import {
  writeHelloAck,
  writeIntroduction,
  writeRedeemRequest,
  type Member,
} from '#posiv-wit/generated/p2p/admission.ts';
import { writePing } from '#posiv-wit/generated/p2p/heartbeat.ts';
import { encodeMessage } from '#p2p/registry/message.ts';
import { writeNamedVtask } from '#posiv-wit/generated/p2p/registry.ts';
import { memoryId } from '../support/memory-network.ts';
import { upAt } from '../support/memory-node.ts';
import type { RawPeer } from '../support/raw-peer.ts';
import { frameOf } from '../support/raw-peer.ts';
import { hostileScene, isCutOff } from '../support/hostile-scene.ts';

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
  [
    'an ack with a node whose name nobody else would take',
    'malformed-hello',
    (peer) => {
      const [itself] = peer.hello().roster;
      const bell = { ...itself!, id: memoryId('bell'), name: '\x07' };
      const other = { ...itself!, id: memoryId('node') };
      const ack = { settled: true, roster: [itself!, other, bell] };
      peer.send(WIRE.helloAck, encode(writeHelloAck, ack));
    },
  ],
  ...introductions().map(
    ([what, code, members]) =>
      [
        `an introduction of ${what}`,
        code,
        (peer: RawPeer) => peer.send(WIRE.introduction, encode(writeIntroduction, { members })),
      ] as [string, string, (peer: RawPeer) => void],
  ),
];

function introductions(): [string, string, Member[]][] {
  const bell = { id: memoryId('bell'), name: 'b', addresses: [], incarnation: 1, founder: false };
  const many = Array.from({ length: 1_025 }, (_, at) => ({ ...bell, id: memoryId(`many ${at}`) }));
  return [
    ['a node whose name nobody else would take', 'malformed-hello', [{ ...bell, name: '\x07' }]],
    ['a node id that is none', 'malformed-hello', [{ ...bell, id: '../etc' }]],
    ['a node twice', 'malformed-hello', [bell, bell]],
    ['the founder of another cluster', 'foreign-cluster', [{ ...bell, founder: true }]],
    ['more nodes than a cluster has', 'malformed-hello', many],
  ];
}

for (const [what, code, attack] of afterAdmission) {
  test(`an admitted peer that sends ${what} is cut off`, async (t) => {
    const s = await hostileScene();
    const peer = await s.join();
    t.true(upAt(s.node).includes(peer.id));
    attack(peer);
    await isCutOff(t, s, peer, code);
    t.deepEqual(s.node.events.changes(peer.id), ['up', 'down']);
  });
}

test('a peer whose frames the kernel cannot read is cut off', async (t) => {
  const s = await hostileScene();
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
  const s = await hostileScene();
  const peer = await s.join();
  const [connection] = s.network.between(s.node.id, peer.id);
  Object.defineProperty(connection, 'queuedBytes', { value: 40 * 1024 * 1024 });
  const before = connection?.sends;
  const ping = frameOf(WIRE.ping, encode(writePing, { sequence: 1 }));
  for (let at = 0; at < 100; at++) peer.bytes(ping);
  await s.clock.advance(3);
  t.is(connection?.sends, before);
});

test('of the tickets that a member passes on a bounded number is looked at', async (t) => {
  const s = await hostileScene();
  const peer = await s.join();
  const signed = { body: new Uint8Array(100), signature: new Uint8Array(64) };
  const redemption = { ticket: signed, signature: new Uint8Array(64) };
  for (let id = 0; id < 1_000; id++) {
    const request = { id, key: new Uint8Array(32), redemption };
    peer.send(WIRE.redeem, encode(writeRedeemRequest, request));
  }
  await s.clock.advance(5);
  t.is(peer.kinds().filter((kind) => kind === WIRE.redeemed).length, 256);
});

test('a frame of the largest body arrives', async (t) => {
  const s = await hostileScene();
  const peer = await s.join();
  peer.send(WIRE.kernel, new Uint8Array(MAX_WIRE_BODY_BYTES));
  await s.clock.advance(5);
  t.is(s.node.events.frames()[0]?.length, MAX_WIRE_BODY_BYTES);
});
