import test from 'ava';
import { B, C, D, LoneMember, said } from './support/lone-member.ts';

const UNREACHABLE = { tag: 'unreachable' } as const;

function among(...nodes: readonly string[]): LoneMember {
  const node = new LoneMember();
  for (const id of nodes) node.membership.connected(id, 1);
  return node;
}

test('a suspect is told so with each packet that it gets, before any other news', async (t) => {
  const node = among(B, C, D);
  await node.clock.advance(3_000);
  node.hear(B, { tag: 'news' }, [
    said(D, { tag: 'alive' }, { refutations: 1 }),
    said(C, { tag: 'suspect', val: { accuser: B, closed: false } }),
  ]);
  node.sent.length = 0;
  node.hear(C, { tag: 'probe', val: 1 });
  const { packet } = node.sent.find(({ to, packet: { body } }) => to === C && body.tag === 'ack')!;
  t.deepEqual(packet.news[0], said(C, { tag: 'suspect', val: { accuser: B, closed: false } }));
  node.hear(C, { tag: 'news' }, [], 1);
  t.is(node.standing(C), 'alive');
});

test('an accused node is told at once', async (t) => {
  const node = among(B, C);
  node.membership.start();
  for (let ms = 0; node.standing(B) !== 'suspect' && ms < 5_000; ms += 10) {
    for (const { val } of node.sentTo(C, 'probe')) node.hear(C, { tag: 'ack', val });
    for (const { val } of node.sentTo(C, 'request'))
      node.hear(C, { tag: 'nack', val: { sequence: val.sequence, closed: false } });
    await node.clock.advance(10);
  }
  const last = node.sent.findLast(({ to }) => to === B)!;
  t.deepEqual(
    last.packet.news.map(({ node: id, standing }) => [id, standing.tag]),
    [[B, 'suspect']],
  );
});

test('an unreachable node is probed now and then with what is thought of it, and nothing else', async (t) => {
  const node = among(B, C);
  await node.clock.advance(5_000);
  node.hear(C, { tag: 'news' }, [said(B, UNREACHABLE)]);
  t.is(node.standing(B), 'unreachable');
  node.hear(C, { tag: 'news' }, [said(C, { tag: 'left' })]);
  node.membership.start();
  node.sent.length = 0;
  await node.clock.advance(10_000);
  const probes = node.sent.filter(({ to, packet }) => to === B && packet.body.tag === 'probe');
  t.true(probes.length >= 9 && probes.length <= 11, `${probes.length} in ten seconds`);
  for (const { packet } of probes) t.deepEqual(packet.news, [said(B, UNREACHABLE)]);
});

test('who was thought to be gone and speaks is offered an exchange, once a second', (t) => {
  const node = among(B, C);
  node.clock.jump(5_000);
  node.hear(C, { tag: 'news' }, [said(B, UNREACHABLE)]);
  node.sent.length = 0;
  for (let times = 0; times < 10; times++) node.hear(B, { tag: 'news' });
  t.is(node.sentTo(B, 'offer').length, 1);
});

test('a helper answers in the time that it is given, and at once where its own connection is closed', async (t) => {
  const node = among(B, C, D);
  node.membership.disconnected(D);
  const request = { sequence: 7, waitMs: 120 };
  node.hear(B, { tag: 'request', val: { ...request, target: D } });
  t.deepEqual(node.sentTo(B, 'nack').at(-1)?.val, { sequence: 7, closed: true });
  node.hear(B, { tag: 'request', val: { ...request, sequence: 8, target: C } });
  await node.clock.advance(119);
  t.false(node.sentTo(B, 'nack').some(({ val }) => val.sequence === 8));
  await node.clock.advance(1);
  t.deepEqual(node.sentTo(B, 'nack').at(-1)?.val, { sequence: 8, closed: false });
});

test("a helper passes on the target's ack, and no one else's", (t) => {
  const node = among(B, C, D);
  node.hear(B, { tag: 'request', val: { sequence: 7, waitMs: 120, target: C } });
  const [probe] = node.sentTo(C, 'probe');
  node.hear(D, { tag: 'ack', val: probe!.val });
  t.deepEqual(node.sentTo(B, 'ack'), []);
  node.hear(C, { tag: 'ack', val: probe!.val });
  t.deepEqual(node.sentTo(B, 'ack'), [{ tag: 'ack', val: 7 }]);
});

test('a node that leaves tells each living member, and has left when all have heard it', async (t) => {
  const node = among(B, C);
  node.sent.length = 0;
  let done = false;
  const leaving = node.membership.leave().then(() => (done = true));
  for (const id of [B, C]) {
    t.is(node.sentTo(id, 'probe').length, 1);
    const [first] = node.sent.filter(({ to }) => to === id);
    t.is(first!.packet.news[0]?.standing.tag, 'left');
  }
  node.hear(B, { tag: 'ack', val: node.sentTo(B, 'probe')[0]!.val });
  await node.clock.advance(0);
  t.false(done);
  node.hear(C, { tag: 'ack', val: node.sentTo(C, 'probe')[0]!.val });
  await leaving;
  t.is(node.clock.now(), 0);
});

test('who has not heard that a node leaves is told three times', async (t) => {
  const node = among(B, C);
  const leaving = node.membership.leave();
  node.hear(B, { tag: 'ack', val: node.sentTo(B, 'probe')[0]!.val });
  await node.clock.advance(750);
  await leaving;
  t.is(node.sentTo(C, 'probe').length, 3);
  t.is(node.sentTo(B, 'probe').length, 1);
});
