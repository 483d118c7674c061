import test, { type ExecutionContext } from 'ava';
import { BULK, encode, MAX_CHUNK_BYTES, MIN_CHUNK_BYTES } from '#p2p/wire-format.ts';
import {
  readPullRequest,
  writePullChunk,
  writePullFailed,
  writePullOpened,
} from '#posiv-wit/generated/p2p/bulk.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { memoryId } from '../support/memory-network.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { bulkScene, codeOfPull, consume, never, type Pulling } from '../support/bulk-scene.ts';

async function pullFrom(
  t: ExecutionContext,
  answer: (peer: RawPeer, id: number) => void,
): Promise<{ pulling: Pulling; codes: unknown[] }> {
  const s = await bulkScene();
  let bulk: RawPeer | undefined;
  RawPeer.listen(s.network, 'evil', (peer, purpose) => {
    if (purpose === 'bulk') bulk = peer;
  });
  const dialling = RawPeer.dial(s.network, 'evil', 'puller');
  await s.clock.advance(2);
  const wire = await dialling;
  wire.sayHello({ addresses: ['memory:evil'] });
  wire.sayAck(s.puller.id);
  await s.clock.advance(5);
  const pulling = consume(s.puller.mesh.pull(memoryId('evil'), 'x', 0, 10_000_000, never));
  await s.clock.advance(5);
  const asked = bulk?.received.find(({ kind }) => kind === BULK.request);
  t.truthy(asked);
  if (bulk !== undefined && asked !== undefined)
    answer(bulk, readPullRequest(new Reader(asked.body)).id);
  await s.clock.advance(20);
  return { pulling, codes: s.puller.logger.codes() };
}

test('a server that opens more than was asked for is cut off', async (t) => {
  const { pulling, codes } = await pullFrom(t, (peer, id) => {
    peer.send(BULK.opened, encode(writePullOpened, { id, size: 10_000_001 }));
  });
  t.is(codeOfPull(pulling), 'not-connected');
  t.true(codes.includes('malformed-frame'));
});

test('a server that gives more than its credit is cut off', async (t) => {
  const { pulling, codes } = await pullFrom(t, (peer, id) => {
    peer.send(BULK.opened, encode(writePullOpened, { id, size: 10_000_000 }));
    const chunk = encode(writePullChunk, { id, bytes: new Uint8Array(MAX_CHUNK_BYTES) });
    for (let at = 0; at < 100; at++) peer.send(BULK.chunk, chunk);
  });
  t.is(codeOfPull(pulling), 'not-connected');
  t.true(codes.includes('malformed-frame'));
});

test('a server that gives more than it opened is cut off', async (t) => {
  const { pulling, codes } = await pullFrom(t, (peer, id) => {
    peer.send(BULK.opened, encode(writePullOpened, { id, size: 5 }));
    peer.send(BULK.chunk, encode(writePullChunk, { id, bytes: new Uint8Array(6) }));
  });
  t.is(codeOfPull(pulling), 'not-connected');
  t.true(codes.includes('malformed-frame'));
});

test('a server that gives its bytes in crumbs is cut off', async (t) => {
  const { pulling, codes } = await pullFrom(t, (peer, id) => {
    peer.send(BULK.opened, encode(writePullOpened, { id, size: 10_000 }));
    peer.send(BULK.chunk, encode(writePullChunk, { id, bytes: new Uint8Array(MIN_CHUNK_BYTES) }));
    peer.send(BULK.chunk, encode(writePullChunk, { id, bytes: new Uint8Array(1) }));
  });
  t.is(codeOfPull(pulling), 'not-connected');
  t.true(codes.includes('malformed-frame'));
});

test('what a server writes for people reaches no terminal as it is', async (t) => {
  const { pulling } = await pullFrom(t, (peer, id) => {
    const message = '\x1b[2J' + 'x'.repeat(5_000);
    peer.send(BULK.failed, encode(writePullFailed, { id, code: '\x1b[31m', message }));
  });
  t.is(codeOfPull(pulling), 'pull-failed');
  t.is((pulling.error as { reason?: string }).reason, 'other');
  t.regex(pulling.error!.message, /^[ -~]{1,300}$/);
});

test('what comes of a pull that was cancelled is dropped', async (t) => {
  const { pulling, codes } = await pullFrom(t, (peer, id) => {
    peer.send(BULK.chunk, encode(writePullChunk, { id: id + 1, bytes: new Uint8Array(6) }));
    peer.send(BULK.opened, encode(writePullOpened, { id, size: 3 }));
    peer.send(BULK.chunk, encode(writePullChunk, { id, bytes: Uint8Array.of(1, 2, 3) }));
  });
  t.deepEqual(pulling.bytes, [Uint8Array.of(1, 2, 3)]);
  t.is(pulling.error, undefined);
  t.false(codes.includes('malformed-frame'));
});
