import test from 'ava';
import { encode, WIRE } from '#p2p/wire-format.ts';
import { writeHelloAck } from '#posiv-wit/generated/p2p/admission.ts';
import { seededRandom } from '../support/manual-clock.ts';
import { memoryId } from '../support/memory-network.ts';
import { upAt } from '../support/memory-node.ts';
import type { RawPeer } from '../support/raw-peer.ts';
import { frameOf } from '../support/raw-peer.ts';
import { hostileScene, isCutOff } from '../support/hostile-scene.ts';

test('a peer that sends random bytes is cut off', async (t) => {
  for (let seed = 1; seed <= 20; seed++) {
    const s = await hostileScene();
    const peer = await s.dial();
    peer.bytes(Uint8Array.of(seed, 0, 0, 0, 200, ...seededRandom(seed).bytes(4_096)));
    await isCutOff(t, s, peer, 'unexpected-frame');
  }
});

test('a peer that announces a huge frame is cut off before it sends it', async (t) => {
  const s = await hostileScene();
  const peer = await s.dial();
  peer.raw(0xff, 0xff, 0xff, 0xff, WIRE.hello);
  await isCutOff(t, s, peer, 'frame-too-large');
});

test('a peer that announces more than a hello before it is admitted is cut off', async (t) => {
  const s = await hostileScene();
  const peer = await s.dial();
  peer.raw(0, 0, 16, 0, WIRE.hello); // 1 MiB
  await isCutOff(t, s, peer, 'frame-too-large');
});

test('a peer that never finishes its hello is cut off when the time for it is over', async (t) => {
  const s = await hostileScene();
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
  const s = await hostileScene();
  const peer = await s.dial();
  await s.clock.advance(10_500);
  await isCutOff(t, s, peer, 'hello-timeout');
});

test('a second hello on one connection is cut off', async (t) => {
  const s = await hostileScene();
  const peer = await s.dial();
  peer.sayHello();
  peer.sayHello();
  await isCutOff(t, s, peer, 'unexpected-frame');
});

test('a frame for the kernel before the ack is cut off and not delivered', async (t) => {
  const s = await hostileScene();
  const peer = await s.dial();
  peer.sayHello();
  peer.send(WIRE.kernel, Uint8Array.of(9));
  await isCutOff(t, s, peer, 'unexpected-frame');
});

test('an ack without a hello is cut off', async (t) => {
  const s = await hostileScene();
  const peer = await s.dial();
  peer.sayAck(s.node.id);
  await isCutOff(t, s, peer, 'unexpected-frame');
});

test('an ack whose roster lacks the one that it acknowledges is refused', async (t) => {
  const s = await hostileScene();
  const peer = await s.dial();
  peer.sayHello();
  peer.send(WIRE.helloAck, encode(writeHelloAck, { settled: true, roster: peer.hello().roster }));
  await isCutOff(t, s, peer, 'malformed-hello');
});

test('handshakes beyond the limit are cut off, and members stay', async (t) => {
  const s = await hostileScene();
  for (let at = 0; at < 128; at++) await s.dial(`slow ${at}`);
  const peer = await s.dial('one more');
  await isCutOff(t, s, peer, 'too-many-connections');
});

test('however many strangers come from one address, those of others are let in', async (t) => {
  const s = await hostileScene();
  const come = async (name: string, address: string): Promise<RawPeer> => {
    s.network.masquerade(memoryId(name), address);
    return s.dial(name);
  };
  const many: RawPeer[] = [];
  for (let at = 0; at < 65; at++) many.push(await come(`many ${at}`, `/ip4/10.0.0.1/tcp/${at}`));
  await s.clock.advance(2);
  t.deepEqual(
    many.map(({ closed }) => closed === undefined),
    many.map((_, at) => at < 64),
  );
  const other = await come('other', '/ip4/10.0.0.2/tcp/1');
  other.sayHello();
  other.sayAck(s.node.id);
  await s.clock.advance(5);
  t.true(upAt(s.node).includes(other.id));
});

test('members are let in while strangers take all places for newcomers', async (t) => {
  const s = await hostileScene();
  for (let at = 0; at < 128; at++) await s.dial(`slow ${at}`);
  const [connection] = s.network.between(s.node.id, s.good.id);
  connection?.other.lose('cable');
  connection?.lose('cable');
  s.network.forbidDials(s.node.id);
  await s.clock.advance(2_000);
  t.deepEqual(s.node.events.changes(s.good.id), ['up', 'down', 'up']);
});

test('a member cannot pile up handshakes', async (t) => {
  const s = await hostileScene();
  const first = await s.join();
  const more: RawPeer[] = [];
  for (let at = 0; at < 5; at++) more.push(await s.dial());
  t.deepEqual(
    more.map(({ closed }) => closed !== undefined),
    [false, false, false, false, true],
  );
  t.is(first.closed, undefined);
});
