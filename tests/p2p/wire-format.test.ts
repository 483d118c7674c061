import test from 'ava';
import { BULK, decode, encode, WIRE } from '#p2p/wire-format.ts';
import {
  type Hello,
  type Member,
  readHello,
  writeHello,
  writeHelloAck,
  writeRefusal,
} from '#posiv-wit/generated/p2p/admission.ts';
import {
  writePullCancel,
  writePullChunk,
  writePullCredit,
  writePullFailed,
  writePullOpened,
  writePullRequest,
} from '#posiv-wit/generated/p2p/bulk.ts';
import { readPing, writePing, writePong } from '#posiv-wit/generated/p2p/heartbeat.ts';
import { writeRegisterFrame } from '#posiv-wit/generated/p2p/registers.ts';
import { encodeMessage } from '#p2p/registry/message.ts';
import { writeLoad } from '#posiv-wit/generated/p2p/registry.ts';
import { frameOf } from './support/raw-peer.ts';
import { nodeIdOf } from '#p2p/node-id.ts';

const member: Member = {
  id: 'nabcdefghijklmnop',
  name: 'a',
  addresses: ['/ip4/10.0.0.1/tcp/4001'],
  incarnation: 3,
  founder: true,
};
const hello: Hello = {
  version: '0.1.0',
  id: member.id,
  name: 'a',
  incarnation: 300,
  session: Uint8Array.from({ length: 16 }, (_, at) => at),
  addresses: member.addresses,
  roster: [member],
  revocations: new Uint8Array(32).fill(9),
};
const load = encode(writeLoad, { vtasks: 1_000, memoryUsed: 2 ** 33 });
const delta = { node: member.id, incarnation: 3, since: 7, until: 9, floor: 2 };
const entries = [
  { key: 'load', version: 8, value: load },
  { key: 'named/t/web', version: 9, value: undefined },
];
const facts = [{ key: 'acceptors', version: 4, value: Uint8Array.of(1, 2) }];

const wire: [string, number, Uint8Array, string][] = [
  [
    'a hello',
    WIRE.hello,
    encode(writeHello, hello),
    '950000000105302e312e30116e6162636465666768696a6b6c6d6e6f700161ac0210000102030405060708090a0b0c0d0e0f01162f6970342f31302e302e302e312f7463702f3430303101116e6162636465666768696a6b6c6d6e6f70016101162f6970342f31302e302e302e312f7463702f343030310301200909090909090909090909090909090909090909090909090909090909090909',
  ],
  [
    'an ack',
    WIRE.helloAck,
    encode(writeHelloAck, { settled: true, roster: [member] }),
    '30000000030101116e6162636465666768696a6b6c6d6e6f70016101162f6970342f31302e302e302e312f7463702f343030310301',
  ],
  [
    'a refusal',
    WIRE.refusal,
    encode(writeRefusal, { code: 'roster-full', message: 'no' }),
    '040000000207026e6f',
  ],
  ['a ping', WIRE.ping, encode(writePing, { sequence: 300 }), '0200000008ac02'],
  ['a pong', WIRE.pong, encode(writePong, { sequence: 7 }), '010000000907'],
  [
    'a delta and a fact',
    WIRE.registry,
    encodeMessage({ tag: 'news', val: { deltas: [{ ...delta, entries }], facts } }),
    '450000000a0101116e6162636465666768696a6b6c6d6e6f700307090202046c6f6164080107e80780808080200b6e616d65642f742f776562090001096163636570746f727304020102',
  ],
  [
    'a greeting',
    WIRE.registry,
    encodeMessage({
      tag: 'greeting',
      val: {
        held: { node: member.id, incarnation: 3, version: 9 },
        facts: [{ key: 'acceptors', version: 4 }],
      },
    }),
    '210000000a00116e6162636465666768696a6b6c6d6e6f70030901096163636570746f727304',
  ],
  [
    'a question',
    WIRE.registry,
    encodeMessage({
      tag: 'want',
      val: { nodes: [{ node: member.id, incarnation: 3, version: 9 }], facts: ['acceptors'] },
    }),
    '210000000a0401116e6162636465666768696a6b6c6d6e6f70030901096163636570746f7273',
  ],
  ['a frame of the kernel', WIRE.kernel, Uint8Array.of(1, 2, 3), '030000000b010203'],
  [
    'a frame of registers',
    WIRE.registers,
    encode(writeRegisterFrame, {
      tag: 'news',
      val: { acceptor: 'n0.0123456789abcdef', configuration: undefined },
    }),
    '170000000c0201136e302e3031323334353637383961626364656600',
  ],
  [
    "a pull's request",
    BULK.request,
    encode(writePullRequest, { id: 1, name: 'x', offset: 5, size: 70_000, credit: 4_194_304 }),
    '0b0000000001017805f0a20480808002',
  ],
  [
    "a pull's opening",
    BULK.opened,
    encode(writePullOpened, { id: 1, size: 70_000 }),
    '040000000101f0a204',
  ],
  [
    "a pull's chunk",
    BULK.chunk,
    encode(writePullChunk, { id: 1, bytes: Uint8Array.of(1, 2) }),
    '040000000201020102',
  ],
  [
    "a pull's credit",
    BULK.credit,
    encode(writePullCredit, { id: 1, bytes: 1_048_576 }),
    '040000000301808040',
  ],
  [
    "a pull's failure",
    BULK.failed,
    encode(writePullFailed, { id: 1, code: 'no-such-blob', message: 'x' }),
    '1000000004010c6e6f2d737563682d626c6f620178',
  ],
  ["a pull's cancelling", BULK.cancel, encode(writePullCancel, { id: 1 }), '010000000501'],
];
for (const [what, kind, body, frozen] of wire) {
  test(`version 0.1.0 of ${what} stays as it is`, (t) => {
    t.is(Buffer.from(frameOf(kind, body)).toString('hex'), frozen);
  });
}

test('what is encoded is decoded', (t) => {
  t.deepEqual(decode(readHello, encode(writeHello, hello)), hello);
});

test('bytes after a value are no value', (t) => {
  t.throws(() => decode(readPing, Uint8Array.of(1, 0, 0)), { code: 'malformed-value' });
});

test("a node's id is made of its peer id alone", (t) => {
  t.is(nodeIdOf(new TextEncoder().encode('peer')), 'nf76b2bryp34lw6ru');
});
