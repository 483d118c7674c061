import test from 'ava';
import { Membership } from '#p2p/membership/membership.ts';
import { encode } from '#p2p/wire-format.ts';
import { writePacket, type PacketBody } from '#posiv-wit/generated/p2p/membership.ts';
import { seededRandom } from '../support/manual-clock.ts';
import { B, C, D, LoneMember, said, SELF } from './support/lone-member.ts';

const ALIVE = { tag: 'alive' } as const;
const UNREACHABLE = { tag: 'unreachable' } as const;

test('what breaks the format is refused and changes nothing', (t) => {
  const node = new LoneMember();
  node.membership.connected(B, 1);
  const before = [node.events.length, node.sent.length, node.membership.members().length];
  const good = said(C, ALIVE);
  const bad = said('x', ALIVE);
  const packet = {
    incarnation: 1,
    refutations: 0,
    body: { tag: 'news' as const },
    news: [good, bad],
  };
  t.throws(() => node.bytes(B, encode(writePacket, packet)), { code: 'invalid-packet' });
  t.throws(() => node.bytes(B, Uint8Array.of(255, 1, 2)), { code: 'malformed-value' });
  t.throws(() => node.bytes(B, new Uint8Array(70_000)), { code: 'packet-too-large' });
  t.deepEqual([node.events.length, node.sent.length, node.membership.members().length], before);
});

test('who was not admitted is not heard, and what is said of such nodes is not kept', (t) => {
  const node = new LoneMember({}, (id) => id !== D);
  t.throws(() => node.hear(D, { tag: 'probe', val: 1 }), { code: 'not-admitted' });
  t.throws(() => node.membership.connected(D, 1), { code: 'not-admitted' });
  t.throws(() => node.membership.connected(SELF, 1), { code: 'not-admitted' });
  node.hear(B, { tag: 'rest', val: [said(D, ALIVE), said(C, ALIVE)] }, [said(D, ALIVE)]);
  t.deepEqual(
    node.membership.members().map((one) => one.node),
    [SELF, B, C],
  );
});

test('there is room for 1,024 members, and for a newcomer in place of one that left', (t) => {
  const node = new LoneMember();
  const idOf = (at: number): string =>
    `n${at.toString(2).padStart(16, '0').replaceAll('0', 'a').replaceAll('1', 'b')}`;
  for (let at = 1; at < 1_024; at++) node.membership.connected(idOf(at), 1);
  t.throws(() => node.membership.connected(idOf(1_024), 1), { code: 'members-full' });
  node.hear(idOf(1), { tag: 'news' }, [said(idOf(2_000), ALIVE)]);
  t.is(node.membership.members().length, 1_024);
  node.hear(idOf(1), { tag: 'news' }, [said(idOf(7), { tag: 'left' })]);
  node.membership.connected(idOf(1_024), 1);
  t.is(node.standing(idOf(1_024)), 'alive');
  t.is(node.standing(idOf(7)), undefined);
  t.is(node.membership.members().length, 1_024);
});

const floods: [string, PacketBody][] = [
  ['probes', { tag: 'probe', val: 1 }],
  ['requests', { tag: 'request', val: { sequence: 1, target: C, waitMs: 100 } }],
  ['offers', { tag: 'offer', val: new Uint8Array(128).fill(1) }],
];
for (const [what, body] of floods) {
  test(`a flood of ${what} is answered no more often than a peer may ask`, (t) => {
    const node = new LoneMember();
    node.membership.connected(C, 1);
    node.membership.connected(B, 1);
    node.sent.length = 0;
    for (let times = 0; times < 10_000; times++) node.hear(B, body);
    t.true(node.sent.length >= 250 && node.sent.length <= 256, `${node.sent.length} packets`);
    node.clock.jump(1_000);
    node.sent.length = 0;
    for (let times = 0; times < 10_000; times++) node.hear(B, body);
    t.true(node.sent.length <= 100, `${node.sent.length} packets`);
    node.sent.length = 0;
    node.hear(C, { tag: 'probe', val: 9 });
    t.is(node.sentTo(C, 'ack').length, 1, 'others are heard');
  });
}

test('a node that is said to be gone says that it is not, and nobody else can', async (t) => {
  for (const standing of [
    UNREACHABLE,
    { tag: 'left' } as const,
    { tag: 'suspect', val: { accuser: C, closed: true } } as const,
  ]) {
    const node = new LoneMember();
    node.membership.connected(B, 1);
    await node.clock.advance(5_000);
    node.sent.length = 0;
    node.hear(B, { tag: 'news' }, [said(SELF, standing)]);
    await node.clock.advance(0);
    const { packet } = node.sent.at(-1)!;
    t.is(packet.refutations, 1);
    t.true(
      packet.news.some(
        (one) => one.node === SELF && one.refutations === 1 && one.standing.tag === 'alive',
      ),
    );
    t.is(node.standing(SELF), 'alive');
  }
});

test('a lie with a huge count of refutations is not believed', (t) => {
  const node = new LoneMember();
  node.membership.connected(B, 1);
  node.membership.connected(C, 1);
  node.hear(B, { tag: 'news' }, [said(C, UNREACHABLE, { refutations: 2 ** 53 - 1 })]);
  t.is(node.standing(C), 'alive');
});

test('an ack counts only when it comes from the target or a helper that was asked', async (t) => {
  const node = new LoneMember();
  for (const id of [B, C, D]) node.membership.connected(id, 1);
  node.membership.start();
  await node.clock.advance(250);
  const probed = [B, C, D].find((id) => node.sentTo(id, 'probe').length > 0)!;
  const [liar] = [B, C, D].filter((id) => id !== probed);
  for (let sequence = 0; sequence < 100; sequence++)
    node.hear(liar!, { tag: 'ack', val: sequence });
  await node.clock.advance(100);
  const asked = [B, C, D].filter((id) => node.sentTo(id, 'request').length > 0);
  t.is(asked.length, 2, 'the probe still runs, and helpers are asked');
});

test('a nack of a node that was not asked counts nothing', async (t) => {
  const node = new LoneMember({ helpers: 1 });
  for (const id of [B, C, D]) node.membership.connected(id, 1);
  node.membership.disconnected(B);
  const [asked, other] = node.sentTo(C, 'request').length > 0 ? [C, D] : [D, C];
  const { sequence } = node.sentTo(asked, 'request')[0]!.val;
  node.hear(other, { tag: 'nack', val: { sequence, closed: true } });
  t.is(node.standing(B), 'alive');
  node.hear(asked, { tag: 'nack', val: { sequence, closed: true } });
  t.is(node.standing(B), 'suspect');
});

test('a node that is closed says and hears nothing', async (t) => {
  const node = new LoneMember();
  node.membership.start();
  node.membership.connected(B, 1);
  node.membership[Symbol.dispose]();
  node.sent.length = 0;
  const heard = node.events.length;
  node.hear(B, { tag: 'probe', val: 1 }, [said(C, ALIVE)]);
  node.membership.connected(D, 1);
  node.membership.disconnected(B);
  await node.clock.advance(60_000);
  t.deepEqual(node.sent, []);
  t.is(node.events.length, heard);
});

test('settings out of range are refused', (t) => {
  for (const settings of [
    { probeMs: 1 },
    { ackMs: 250 },
    { helpers: 1.5 },
    { fanout: 0 },
    { suspicionFactor: Number.NaN },
    { retransmit: 101 },
  ])
    t.throws(() => new LoneMember(settings), { code: 'bad-setting' }, JSON.stringify(settings));
  const { clock } = new LoneMember();
  const init = { self: SELF, isAdmitted: () => true, onEvent: () => undefined };
  const components = { clock, random: seededRandom(1), send: () => undefined };
  for (const incarnation of [0, -1, 1.5, Number.NaN])
    t.throws(() => new Membership(components, { ...init, incarnation }), { code: 'bad-setting' });
});
