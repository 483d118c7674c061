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
import { type NodeRecord, writeRecordUpdate } from '#posiv-wit/generated/p2p/registry.ts';
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
  protocol: 1,
  version: '0.1.0',
  id: member.id,
  name: 'a',
  incarnation: 300,
  session: Uint8Array.from({ length: 16 }, (_, at) => at),
  addresses: member.addresses,
  roster: [member],
};
const record: NodeRecord = {
  name: 'a',
  lanes: 2,
  vtasks: 1_000,
  memoryUsed: 2 ** 33,
  memoryLimit: 2 ** 40,
  named: [{ name: 'web', vtid: 'v1', state: 'running' }],
};

const wire: [string, number, Uint8Array, string][] = [
  [
    'a hello',
    WIRE.hello,
    encode(writeHello, hello),
    '75000000000105302e312e30116e6162636465666768696a6b6c6d6e6f700161ac0210000102030405060708090a0b0c0d0e0f01162f6970342f31302e302e302e312f7463702f3430303101116e6162636465666768696a6b6c6d6e6f70016101162f6970342f31302e302e302e312f7463702f343030310301',
  ],
  [
    'an ack',
    WIRE.helloAck,
    encode(writeHelloAck, { settled: true, roster: [member] }),
    '30000000010101116e6162636465666768696a6b6c6d6e6f70016101162f6970342f31302e302e302e312f7463702f343030310301',
  ],
  [
    'a refusal',
    WIRE.refusal,
    encode(writeRefusal, { code: 'roster-full', message: 'no' }),
    '040000000207026e6f',
  ],
  ['a ping', WIRE.ping, encode(writePing, { sequence: 7, recordVersion: 300 }), '030000000307ac02'],
  ['a pong', WIRE.pong, encode(writePong, { sequence: 7, recordVersion: 2 }), '02000000040702'],
  [
    'a record',
    WIRE.record,
    encode(writeRecordUpdate, { version: 9, record }),
    '1a0000000509016102e8078080808020808080808020010377656202763103',
  ],
  ['a frame of the kernel', WIRE.kernel, Uint8Array.of(1, 2, 3), '0300000006010203'],
  [
    'a frame of registers',
    WIRE.registers,
    encode(writeRegisterFrame, {
      tag: 'news',
      val: { acceptor: 'n0.0123456789abcdef', configuration: undefined },
    }),
    '17000000070201136e302e3031323334353637383961626364656600',
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
