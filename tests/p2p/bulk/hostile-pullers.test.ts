import test from 'ava';
import { MAX_WINDOW_BYTES } from '#p2p/bulk/credit.ts';
import { BULK, encode, MAX_CHUNK_BYTES, WIRE } from '#p2p/wire-format.ts';
import { writePing } from '#posiv-wit/generated/p2p/heartbeat.ts';
import {
  readPullFailed,
  writePullCancel,
  writePullCredit,
  writePullRequest,
} from '#posiv-wit/generated/p2p/bulk.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { RawPeer } from '../support/raw-peer.ts';
import {
  admit,
  blob,
  bulkScene,
  consume,
  dialBulk,
  never,
  serveBytes,
} from '../support/bulk-scene.ts';
import { same } from '#tests/support/same.ts';

const request = { id: 1, name: 'x', offset: 0, size: 1_000_000, credit: MAX_WINDOW_BYTES };

test('a stranger cannot pull', async (t) => {
  const s = await bulkScene();
  const stranger = await dialBulk(s, 'stranger');
  await s.clock.advance(5);
  t.truthy(stranger.closed);
  t.true(s.server.logger.codes().includes('stranger'));
});

const attacks: [string, string, (peer: RawPeer) => void][] = [
  ['sends rubbish', 'frame-too-large', (peer) => peer.raw(1, 2, 3, 4, 5, 6)],
  [
    'sends a kind that pullers do not send',
    'unexpected-frame',
    (peer) => peer.send(BULK.chunk, Uint8Array.of()),
  ],
  [
    'gives more credit than the largest window',
    'malformed-frame',
    (peer) =>
      peer.send(
        BULK.request,
        encode(writePullRequest, { ...request, credit: MAX_WINDOW_BYTES + 1 }),
      ),
  ],
  [
    'gives too little credit for any piece',
    'malformed-frame',
    (peer) => peer.send(BULK.request, encode(writePullRequest, { ...request, credit: 0 })),
  ],
  [
    'adds credit beyond the largest window',
    'malformed-frame',
    (peer) => {
      peer.send(BULK.request, encode(writePullRequest, { ...request, size: 10_000_000 }));
      for (let at = 0; at < 3; at++)
        peer.send(BULK.credit, encode(writePullCredit, { id: 1, bytes: 4_000_000 }));
    },
  ],
  [
    'asks for a name that is too long',
    'malformed-frame',
    (peer) =>
      peer.send(BULK.request, encode(writePullRequest, { ...request, name: 'x'.repeat(1_025) })),
  ],
  [
    'asks for one pull twice',
    'malformed-frame',
    (peer) => {
      peer.send(BULK.request, encode(writePullRequest, request));
      peer.send(BULK.request, encode(writePullRequest, request));
    },
  ],
];
for (const [what, code, attack] of attacks) {
  test(`a puller that ${what} is cut off, and others pull on`, async (t) => {
    const s = await bulkScene();
    const bytes = blob(200_000);
    serveBytes(s.server, bytes);
    await admit(s, 'evil');
    const peer = await dialBulk(s, 'evil');
    attack(peer);
    await s.clock.advance(5);
    t.truthy(peer.closed);
    t.true(s.server.logger.codes().includes(code), s.server.logger.codes().join(', '));
    const pulling = consume(s.puller.mesh.pull(s.server.id, 'x', 0, 200_000, never));
    await s.clock.advance(1_000);
    same(t, Buffer.concat(pulling.bytes), Buffer.from(bytes));
  });
}

test('pulls beyond the limit are refused, and those before go on', async (t) => {
  const s = await bulkScene();
  s.server.mesh.serveBulk(() => new Promise(() => undefined));
  await admit(s, 'greedy');
  const peer = await dialBulk(s, 'greedy');
  for (let id = 1; id <= 65; id++)
    peer.send(BULK.request, encode(writePullRequest, { ...request, id }));
  await s.clock.advance(5);
  const failed = peer.received
    .filter(({ kind }) => kind === BULK.failed)
    .map(({ body }) => readPullFailed(new Reader(body)));
  t.deepEqual(
    failed.map(({ id, code }) => ({ id, code })),
    [{ id: 65, code: 'too-many-pulls' }],
  );
});

test('a puller whose cancelled pulls have not ended here yet is not refused others in their place', async (t) => {
  const s = await bulkScene();
  s.server.mesh.serveBulk(() => new Promise(() => undefined));
  await admit(s, 'hasty');
  const peer = await dialBulk(s, 'hasty');
  const ask = (id: number): void =>
    peer.send(BULK.request, encode(writePullRequest, { ...request, id }));
  for (let id = 1; id <= 48; id++) ask(id); // as many as a puller has
  for (let id = 1; id <= 16; id++) {
    peer.send(BULK.cancel, encode(writePullCancel, { id }));
    ask(48 + id);
  }
  await s.clock.advance(5);
  t.false(peer.received.some(({ kind }) => kind === BULK.failed));
});

test('a member without a link, as one that is out has none, pulls nothing', async (t) => {
  const s = await bulkScene();
  const opened: string[] = [];
  s.server.mesh.serveBulk((name) => {
    opened.push(name);
    return Promise.reject(new Error('not looked for'));
  });
  await admit(s, 'evil');
  const pull = async (): Promise<RawPeer> => {
    const peer = await dialBulk(s, 'evil');
    peer.send(BULK.request, encode(writePullRequest, request));
    await s.clock.advance(5);
    return peer;
  };
  const before = await pull();
  t.deepEqual(opened, ['x']);
  for (const end of s.network.between(s.server.id, before.id)) end.break();
  t.truthy((await pull()).closed);
  t.true(s.server.logger.codes().includes('stranger'));
  t.deepEqual(opened, ['x']);
});

test('a puller that asks on and reads no answer is cut off', async (t) => {
  const s = await bulkScene();
  s.server.mesh.serveBulk(() => Promise.reject(new Error('nothing')));
  await admit(s, 'evil');
  const peer = await dialBulk(s, 'evil');
  const [, bulk] = s.network.between(s.server.id, peer.id);
  Object.defineProperty(bulk, 'queuedBytes', { value: 5 * 1024 * 1024 });
  peer.send(BULK.request, encode(writePullRequest, request));
  await s.clock.advance(5);
  t.truthy(peer.closed);
  t.true(s.server.logger.codes().includes('unread-answers'));
});

test('a pull of which nothing is taken is ended, and one on a connection that is not read with all others', async (t) => {
  const s = await bulkScene();
  const progress = serveBytes(s.server, blob(1_000_000));
  const dialling = RawPeer.dial(s.network, 'evil', 'server');
  await s.clock.advance(2);
  const wire = await dialling;
  wire.sayHello();
  wire.sayAck(s.server.id);
  await s.clock.advance(5);
  const peer = await dialBulk(s, 'evil');
  const ask = async (id: number): Promise<void> => {
    peer.send(BULK.request, encode(writePullRequest, { ...request, id, credit: MAX_CHUNK_BYTES }));
    for (let second = 0; second < 121; second++) {
      wire.send(WIRE.ping, encode(writePing, { sequence: second }));
      await s.clock.advance(1_000);
    }
  };
  await ask(1);
  t.true(progress.closed);
  t.is(peer.closed, undefined);
  const [failed] = peer.received.filter(({ kind }) => kind === BULK.failed);
  t.is(readPullFailed(new Reader(failed!.body)).code, 'pull-untaken');

  const [, bulk] = s.network.between(s.server.id, peer.id);
  Object.defineProperty(bulk, 'queuedBytes', { value: 300 * 1024 });
  await ask(2);
  t.truthy(peer.closed);
  t.true(s.server.logger.codes().includes('pull-untaken'));
});
