import { createHash } from 'node:crypto';
import test from 'ava';
import { MIN_WINDOW_BYTES } from '#p2p/bulk/credit.ts';
import { MAX_CHUNK_BYTES } from '#p2p/wire-format.ts';
import { memoryId } from '../support/memory-network.ts';
import {
  blob,
  bulkScene,
  codeOfPull,
  consume,
  never,
  serveBytes,
  type Pulling,
} from '../support/bulk-scene.ts';
import { same } from '#tests/support/same.ts';

test('the bytes asked for arrive, and no others', async (t) => {
  const { clock, server, puller } = await bulkScene();
  const bytes = blob(1_000_000);
  serveBytes(server, bytes);
  const pulling = consume(puller.mesh.pull(server.id, 'x', 1_000, 700_000, never));
  await clock.advance(1_000);
  t.true(pulling.done);
  same(t, Buffer.concat(pulling.bytes), Buffer.from(bytes.subarray(1_000, 701_000)));
});

test('a pull of no bytes ends', async (t) => {
  const { clock, server, puller } = await bulkScene();
  serveBytes(server, blob(10));
  const pulling = consume(puller.mesh.pull(server.id, 'x', 10, 100, never));
  await clock.advance(100);
  t.true(pulling.done);
  t.is(pulling.error, undefined);
});

test('many pulls at once share one connection and do not mix', async (t) => {
  const { clock, network, server, puller } = await bulkScene();
  const bytes = blob(3_000_000);
  serveBytes(server, bytes);
  const before = network.connections.length;
  const pulls = Array.from({ length: 40 }, (_, at) =>
    consume(puller.mesh.pull(server.id, 'x', at * 70_000, 70_000, never)),
  );
  await clock.advance(5_000);
  const hashes = pulls.map((pull) =>
    createHash('sha256').update(Buffer.concat(pull.bytes)).digest('hex'),
  );
  const wanted = pulls.map((_, at) =>
    createHash('sha256')
      .update(bytes.subarray(at * 70_000, (at + 1) * 70_000))
      .digest('hex'),
  );
  t.deepEqual(hashes, wanted);
  t.is(network.connections.length, before + 1);
});

test('a slow consumer holds the sender back to one window', async (t) => {
  const { clock, server, puller } = await bulkScene();
  const progress = serveBytes(server, blob(12_000_000));
  const stuck = Promise.withResolvers<void>();
  const pulling = consume(
    puller.mesh.pull(server.id, 'x', 0, 12_000_000, never),
    () => stuck.promise,
  );
  await clock.advance(5_000);
  t.true(progress.given >= MIN_WINDOW_BYTES);
  t.true(progress.given <= MIN_WINDOW_BYTES + 2 * 100_000 + MAX_CHUNK_BYTES);
  stuck.resolve();
  await clock.advance(5_000);
  t.true(pulling.done);
  t.is(Buffer.concat(pulling.bytes).length, 12_000_000);
});

test('the signal ends a pull, and the sender stops', async (t) => {
  const { clock, server, puller } = await bulkScene();
  const progress = serveBytes(server, blob(12_000_000));
  const abort = new AbortController();
  const pulling = consume(puller.mesh.pull(server.id, 'x', 0, 12_000_000, abort.signal));
  await clock.advance(20);
  abort.abort(new Error('enough'));
  await clock.advance(100);
  t.is(pulling.error?.message, 'enough');
  t.true(progress.closed);
  t.true(progress.given < 12_000_000);
});

test('leaving the loop ends a pull, and the sender stops', async (t) => {
  const { clock, server, puller } = await bulkScene();
  const progress = serveBytes(server, blob(12_000_000));
  const leaving = (async () => {
    for await (const chunk of puller.mesh.pull(server.id, 'x', 0, 12_000_000, never))
      return chunk.length;
    return 0;
  })();
  await clock.advance(100);
  t.is(await leaving, MAX_CHUNK_BYTES);
  t.true(progress.closed);
});

test('the code of what the store throws comes back to the puller', async (t) => {
  const { clock, server, puller } = await bulkScene();
  server.mesh.serveBulk(() =>
    Promise.reject(Object.assign(new Error('no blob x'), { code: 'no-such-blob' })),
  );
  const pulling = consume(puller.mesh.pull(server.id, 'x', 0, 1, never));
  await clock.advance(100);
  t.is(codeOfPull(pulling), 'pull-failed');
  t.is((pulling.error as { reason?: string }).reason, 'no-such-blob');
  t.regex(pulling.error?.message ?? '', /no blob x/);
});

test('a store that fails half-way fails the pull', async (t) => {
  const { clock, server, puller } = await bulkScene();
  server.mesh.serveBulk(() => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(MAX_CHUNK_BYTES);
      throw new Error('disk gone');
    }
    return Promise.resolve({ size: 1_000_000, chunks: chunks() });
  });
  const pulling = consume(puller.mesh.pull(server.id, 'x', 0, 1_000_000, never));
  await clock.advance(100);
  t.is((pulling.error as { reason?: string }).reason, 'other');
});

for (const [what, size, given] of [
  ['less', 10, 5],
  ['more', 10, 20],
] as const) {
  test(`a store that gives ${what} than it said fails the pull`, async (t) => {
    const { clock, server, puller } = await bulkScene();
    server.mesh.serveBulk(() => {
      async function* chunks(): AsyncGenerator<Uint8Array> {
        yield new Uint8Array(given);
      }
      return Promise.resolve({ size, chunks: chunks() });
    });
    const pulling = consume(puller.mesh.pull(server.id, 'x', 0, 100, never));
    await clock.advance(100);
    t.is((pulling.error as { reason?: string }).reason, 'pull-size');
  });
}

test('a node that serves nothing says so', async (t) => {
  const { clock, server, puller } = await bulkScene();
  const pulling = consume(puller.mesh.pull(server.id, 'x', 0, 1, never));
  await clock.advance(100);
  t.is((pulling.error as { reason?: string }).reason, 'no-bulk-service');
});

test('a pull from a node that is not connected fails', async (t) => {
  const { clock, puller } = await bulkScene();
  const pulling = consume(puller.mesh.pull(memoryId('nobody'), 'x', 0, 1, never));
  await clock.advance(100);
  t.is(codeOfPull(pulling), 'not-connected');
});

test('a pull fails when its node becomes unreachable', async (t) => {
  const { clock, network, server, puller } = await bulkScene();
  serveBytes(server, blob(12_000_000));
  const stuck = Promise.withResolvers<void>();
  const pulling = consume(
    puller.mesh.pull(server.id, 'x', 0, 12_000_000, never),
    () => stuck.promise,
  );
  await clock.advance(100);
  network.freeze(server.id);
  await clock.advance(10_000);
  stuck.resolve();
  await clock.advance(10);
  t.is(codeOfPull(pulling), 'not-connected');
});

test('a pull that gets nothing for too long fails', async (t) => {
  const { clock, server, puller } = await bulkScene();
  server.mesh.serveBulk(() => new Promise(() => undefined));
  const pulling = consume(puller.mesh.pull(server.id, 'x', 0, 1, never));
  await clock.advance(29_000);
  t.false(pulling.done);
  await clock.advance(2_000);
  t.is(codeOfPull(pulling), 'pull-stalled');
});

test('an idle connection is given back, and made again when it is needed', async (t) => {
  const { clock, network, server, puller } = await bulkScene();
  serveBytes(server, blob(100));
  consume(puller.mesh.pull(server.id, 'x', 0, 100, never));
  await clock.advance(1_000);
  t.is(network.between(puller.id, server.id).length, 2);
  await clock.advance(31_000);
  t.is(network.between(puller.id, server.id).length, 1);
  const again = consume(puller.mesh.pull(server.id, 'x', 0, 100, never));
  await clock.advance(1_000);
  t.is(again.error, undefined);
  t.is(Buffer.concat(again.bytes).length, 100);
});

test('however many pulls wait for bytes that are not there yet, others are not held up', async (t) => {
  const { clock, server, puller } = await bulkScene();
  const bytes = blob(100_000);
  const later = Promise.withResolvers<void>();
  server.mesh.serveBulk(async (name, offset, size) => {
    if (name === 'later') await later.promise;
    const part = bytes.subarray(offset, offset + size);
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield part;
    }
    return { size: part.length, chunks: chunks() };
  });
  const pull = (name: string, waits: boolean): Pulling =>
    consume(puller.mesh.pull(server.id, name, 0, bytes.length, never, waits));
  const waiting = Array.from({ length: 40 }, () => pull('later', true));
  await clock.advance(100);
  const others = Array.from({ length: 20 }, () => pull('now', false));
  await clock.advance(1_000);
  for (const each of others) same(t, Buffer.concat(each.bytes), Buffer.from(bytes));
  t.false(waiting.some(({ done }) => done));
  later.resolve();
  await clock.advance(1_000);
  for (const each of waiting) same(t, Buffer.concat(each.bytes), Buffer.from(bytes));
});
