import test from 'ava';
import {
  decodePacket,
  encodePacket,
  MAX_MEMBERS,
  MAX_NEWS,
  MAX_PACKET_BYTES,
  MAX_WAIT_MS,
} from '#p2p/membership/packet.ts';
import { decode, encode } from '#p2p/wire-format.ts';
import { readPacket, writePacket } from '#posiv-wit/generated/p2p/membership.ts';
import type { Packet, PacketBody, Statement } from '#posiv-wit/generated/p2p/membership.ts';
import { seededRandom } from '../support/manual-clock.ts';

const NODE = 'nabcdefghijklmnop';
const ACCUSER = 'nbbbbbbbbbbbbbbbb';
const ALIVE: Statement = {
  node: NODE,
  incarnation: 3,
  refutations: 300,
  standing: { tag: 'alive' },
};
const SUSPECT: Statement = {
  ...ALIVE,
  standing: { tag: 'suspect', val: { accuser: ACCUSER, closed: true } },
};

function packet(body: PacketBody, news: readonly Statement[] = []): Packet {
  return { incarnation: 2, refutations: 1, body, news };
}

const frozen: [string, Packet, string][] = [
  ['a probe', packet({ tag: 'probe', val: 7 }), '0201000700'],
  [
    'a request',
    packet({ tag: 'request', val: { sequence: 300, target: NODE, waitMs: 120 } }),
    '020101ac02116e6162636465666768696a6b6c6d6e6f707800',
  ],
  ['an ack', packet({ tag: 'ack', val: 7 }), '0201020700'],
  ['a nack', packet({ tag: 'nack', val: { sequence: 7, closed: true } }), '020103070100'],
  [
    'news',
    packet({ tag: 'news' }, [ALIVE, SUSPECT]),
    '02010402116e6162636465666768696a6b6c6d6e6f7003ac0200116e6162636465666768696a6b6c6d6e6f7003ac0201116e6262626262626262626262626262626201',
  ],
  [
    'an offer',
    packet({ tag: 'offer', val: new Uint8Array(128).fill(9) }),
    `0201058001${'09'.repeat(128)}00`,
  ],
  [
    'a difference',
    packet({ tag: 'difference', val: { groups: 5, held: [ALIVE] } }),
    '0201060501116e6162636465666768696a6b6c6d6e6f7003ac020000',
  ],
  [
    'the rest',
    packet({ tag: 'rest', val: [{ ...ALIVE, standing: { tag: 'left' } }] }),
    '02010701116e6162636465666768696a6b6c6d6e6f7003ac020300',
  ],
];
for (const [what, value, hex] of frozen) {
  test(`version 0.1.0 of ${what} stays as it is`, (t) => {
    t.is(Buffer.from(encodePacket(value)).toString('hex'), hex);
    t.deepEqual(decodePacket(Uint8Array.from(Buffer.from(hex, 'hex'))), value);
  });
}

test('the longest difference that a node can send fits into a packet', (t) => {
  const most = 2 ** 53 - 1;
  const statement = { ...SUSPECT, incarnation: most, refutations: most };
  const held = Array.from({ length: MAX_MEMBERS }, () => statement);
  const bytes = encodePacket({
    incarnation: most,
    refutations: most,
    body: { tag: 'difference', val: { groups: 2 ** 32 - 1, held } },
    news: [],
  });
  t.true(bytes.length <= MAX_PACKET_BYTES);
  t.is(decodePacket(bytes).news.length, 0);
});

test('a longer packet is refused before it is read', (t) => {
  t.throws(() => decodePacket(new Uint8Array(MAX_PACKET_BYTES + 1)), { code: 'packet-too-large' });
});

const invalid: [string, Packet][] = [
  ['a sender that never started', { ...packet({ tag: 'news' }), incarnation: 0 }],
  ['a node that never started', packet({ tag: 'news' }, [{ ...ALIVE, incarnation: 0 }])],
  ['a node with an odd name', packet({ tag: 'news' }, [{ ...ALIVE, node: '__proto__' }])],
  [
    'an accuser with an odd name',
    packet({ tag: 'news' }, [
      { ...ALIVE, standing: { tag: 'suspect', val: { accuser: '', closed: false } } },
    ]),
  ],
  [
    'too much news',
    packet(
      { tag: 'news' },
      Array.from({ length: MAX_NEWS + 1 }, () => ALIVE),
    ),
  ],
  ['too many members', packet({ tag: 'rest', val: Array.from({ length: 1_025 }, () => ALIVE) })],
  [
    'a target with an odd name',
    packet({ tag: 'request', val: { sequence: 1, target: 'x', waitMs: 1 } }),
  ],
  [
    'a request to wait too long',
    packet({ tag: 'request', val: { sequence: 1, target: NODE, waitMs: MAX_WAIT_MS + 1 } }),
  ],
  ['too few digests', packet({ tag: 'offer', val: new Uint8Array(127) })],
];
for (const [what, value] of invalid) {
  test(`a packet with ${what} is refused`, (t) => {
    const bytes = encode(writePacket, value);
    t.deepEqual(decode(readPacket, bytes), value); // it is the content that is wrong
    t.throws(() => decodePacket(bytes), { code: 'invalid-packet' });
  });
}

test('random and mangled bytes are a packet or are refused with a code', (t) => {
  const random = seededRandom(1);
  const wholes = frozen.map(([, value]) => encodePacket(value));
  let refused = 0;
  for (let round = 0; round < 20_000; round++) {
    const bytes = Uint8Array.from(wholes[round % wholes.length]!);
    for (let times = 0; times <= round % 3; times++)
      bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256);
    try {
      const read = decodePacket(bytes.subarray(0, bytes.length - (round % 5 === 0 ? 1 : 0)));
      t.deepEqual(decodePacket(encodePacket(read)), read);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== 'malformed-value' && code !== 'invalid-packet') throw error;
      refused++;
    }
  }
  t.true(refused > 1_000);
});
