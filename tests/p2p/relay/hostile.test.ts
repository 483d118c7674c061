import test, { type ExecutionContext } from 'ava';
import { WIRE, encode, decode } from '#p2p/wire-format.ts';
import {
  readRelayMessage,
  writeRelayMessage,
  type RelayMessage,
} from '#posiv-wit/generated/p2p/relay.ts';
import { writePing } from '#posiv-wit/generated/p2p/heartbeat.ts';
import { hostileScene, isCutOff } from '../support/hostile-scene.ts';
import { memoryId } from '../support/memory-network.ts';
import type { RawPeer } from '../support/raw-peer.ts';

function say(peer: RawPeer, message: RelayMessage): void {
  peer.send(WIRE.relay, encode(writeRelayMessage, message));
}

function heard(peer: RawPeer): RelayMessage[] {
  return peer.received
    .filter(({ kind }) => kind === WIRE.relay)
    .map(({ body }) => decode(readRelayMessage, body));
}

const circuit = (last: number): Uint8Array => new Uint8Array(16).fill(last);

function refusals(t: ExecutionContext, peer: RawPeer): string[] {
  return heard(peer).map((message) => {
    if (message.tag !== 'refused') t.fail(`it said ${message.tag}`);
    return message.tag === 'refused' ? message.val.code : '';
  });
}

test('a stranger with a leg is cut off, whatever circuit it names', async (t) => {
  const { clock, network, node } = await hostileScene();
  const dialling = network
    .transport('stranger')
    .legs!.dial('memory:node', circuit(1), new AbortController().signal);
  await clock.advance(5);
  await dialling;
  t.true(node.logger.codes().includes('unexpected-leg'));
  t.deepEqual(network.between(memoryId('stranger'), node.id), []);
});

test('a member gets no circuit to itself, to nobody, under a short name or under a name that is in use', async (t) => {
  const scene = await hostileScene();
  const { clock, good } = scene;
  const peer = await scene.join();
  say(peer, { tag: 'ask', val: { circuit: circuit(1), node: peer.id } });
  say(peer, { tag: 'ask', val: { circuit: circuit(2), node: memoryId('nobody') } });
  say(peer, { tag: 'ask', val: { circuit: new Uint8Array(3), node: good.id } });
  await clock.advance(5);
  t.deepEqual(refusals(t, peer), ['no-way', 'no-way', 'invalid']);
  say(peer, { tag: 'ask', val: { circuit: circuit(4), node: good.id } });
  say(peer, { tag: 'ask', val: { circuit: circuit(4), node: good.id } });
  await clock.advance(5);
  t.deepEqual(
    heard(peer)
      .slice(3)
      .map(({ tag }) => tag),
    ['ready', 'refused'],
  );
});

test('a pair has eight circuits at most, and each that does not come about in ten seconds is given up', async (t) => {
  const scene = await hostileScene();
  const { clock, good } = scene;
  const peer = await scene.join();
  for (let at = 0; at < 9; at++)
    say(peer, { tag: 'ask', val: { circuit: circuit(at), node: good.id } });
  await clock.advance(5);
  t.deepEqual(
    heard(peer).map(({ tag }) => tag),
    [...Array.from({ length: 8 }, () => 'ready' as const), 'refused'],
  );
  for (let second = 0; second < 11; second++) {
    peer.send(WIRE.ping, encode(writePing, { sequence: second }));
    await clock.advance(1_000);
  }
  const codes = heard(peer)
    .slice(8)
    .map((message) => (message.tag === 'refused' ? message.val.code : ''));
  t.deepEqual(codes, ['too-many', ...Array.from({ length: 8 }, () => 'no-leg')]);
});

test('however much one member asks for, a relay has circuits for the others', async (t) => {
  const scene = await hostileScene();
  const { clock } = scene;
  const greedy = await scene.join();
  const friends: RawPeer[] = [];
  for (let at = 0; at < 27; at++) friends.push(await scene.join(`friend ${at}`));
  for (let at = 0; at < 8 * friends.length; at++)
    say(greedy, { tag: 'ask', val: { circuit: circuit(at), node: friends[at % 27]!.id } });
  await clock.advance(5);
  const count = (peer: RawPeer, tag: string): number =>
    heard(peer).filter((message) => message.tag === tag).length;
  t.is(count(greedy, 'ready'), 205);
  t.is(count(greedy, 'refused'), 8 * 27 - 205);
  say(friends[0]!, { tag: 'ask', val: { circuit: circuit(255), node: scene.good.id } });
  await clock.advance(5);
  t.is(count(friends[0]!, 'ready'), 1);
});

test('however much one relay offers, or one member wants by way of many, others are answered', async (t) => {
  const scene = await hostileScene();
  const { clock } = scene;
  const relays = [await scene.join('evil'), await scene.join('used'), await scene.join('fair')];
  const offer = (by: number, last: number, asker: string): void =>
    say(relays[by]!, { tag: 'offer', val: { circuit: circuit(last), node: memoryId(asker) } });
  const answers = async (by: number): Promise<string[]> => {
    await clock.advance(5);
    return heard(relays[by]!).map(({ tag }) => tag);
  };
  const ready = (count: number): string[] => Array.from({ length: count }, () => 'ready');
  for (let at = 0; at < 129; at++) offer(0, at, `invented ${at}`);
  t.deepEqual(await answers(0), [...ready(128), 'refused']);
  for (let at = 0; at < 17; at++) offer(1, 130 + at, 'pushing');
  t.deepEqual(await answers(1), [...ready(16), 'refused']);
  offer(2, 150, 'pushing');
  offer(2, 151, 'modest');
  t.deepEqual(await answers(2), ['refused', 'ready']);
});

test('a message of circuits that breaks the format cuts the peer off', async (t) => {
  const scene = await hostileScene();
  const peer = await scene.join();
  peer.send(WIRE.relay, Uint8Array.of(9, 9, 9));
  await isCutOff(t, scene, peer, 'malformed-frame');
});

test('to have moved without a relay cuts the peer off', async (t) => {
  const scene = await hostileScene();
  const peer = await scene.join();
  peer.send(WIRE.moved, new Uint8Array());
  await isCutOff(t, scene, peer, 'unexpected-frame');
});
