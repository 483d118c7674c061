import { createHash } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { MAX_WINDOW_BYTES, MIN_WINDOW_BYTES, windowFor } from '#p2p/bulk/credit.ts';
import { pieces } from '#p2p/bulk/pieces.ts';
import { BULK, encode, MAX_CHUNK_BYTES } from '#p2p/wire-format.ts';
import {
  readPullFailed,
  readPullRequest,
  writePullChunk,
  writePullCredit,
  writePullOpened,
  writePullRequest,
} from '#posiv-wit/generated/p2p/bulk.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { ManualClock, seededRandom } from './support/manual-clock.ts';
import { memoryId, MemoryNetwork } from './support/memory-network.ts';
import { startMemoryNode, type MemoryNode } from './support/memory-node.ts';
import { RawPeer } from './support/raw-peer.ts';

interface Scene {
  clock: ManualClock;
  network: MemoryNetwork;
  server: MemoryNode;
  puller: MemoryNode;
}

async function scene(): Promise<Scene> {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const server = await startMemoryNode(network, { name: 'server' });
  const puller = await startMemoryNode(network, { name: 'puller', from: ['server'] });
  await clock.advance(1_000);
  return { clock, network, server, puller };
}

const never = new AbortController().signal;

function blob(size: number, seed = 1): Uint8Array {
  return seededRandom(seed).bytes(size);
}

function serveBytes(
  node: MemoryNode,
  bytes: Uint8Array,
  chunk = 100_000,
): { given: number; closed: boolean } {
  const progress = { given: 0, closed: false };
  node.mesh.serveBulk((_name, offset, size) => {
    const part = bytes.subarray(offset, offset + size);
    async function* chunks(): AsyncGenerator<Uint8Array> {
      try {
        for (let at = 0; at < part.length; at += chunk) {
          const next = part.subarray(at, at + chunk);
          progress.given += next.length;
          yield next;
        }
      } finally {
        progress.closed = true;
      }
    }
    return Promise.resolve({ size: part.length, chunks: chunks() });
  });
  return progress;
}

interface Pulling {
  bytes: Uint8Array[];
  done: boolean;
  error: Error | undefined;
}

/** Consumes a pull; `pace` holds the consumer back. */
function consume(chunks: AsyncIterable<Uint8Array>, pace?: () => Promise<void>): Pulling {
  const pulling: Pulling = { bytes: [], done: false, error: undefined };
  void (async () => {
    try {
      for await (const chunk of chunks) {
        pulling.bytes.push(chunk);
        await pace?.();
      }
    } catch (error) {
      pulling.error = error as Error;
    }
    pulling.done = true;
  })();
  return pulling;
}

function codeOfPull({ error }: Pulling): unknown {
  return (error as { code?: unknown } | undefined)?.code;
}

test('the bytes asked for arrive, and no others', async (t) => {
  const { clock, server, puller } = await scene();
  const bytes = blob(1_000_000);
  serveBytes(server, bytes);
  const pulling = consume(puller.mesh.pull(server.id, 'x', 1_000, 700_000, never));
  await clock.advance(1_000);
  t.true(pulling.done);
  t.deepEqual(Buffer.concat(pulling.bytes), Buffer.from(bytes.subarray(1_000, 701_000)));
});

test('a pull of no bytes ends', async (t) => {
  const { clock, server, puller } = await scene();
  serveBytes(server, blob(10));
  const pulling = consume(puller.mesh.pull(server.id, 'x', 10, 100, never));
  await clock.advance(100);
  t.true(pulling.done);
  t.is(pulling.error, undefined);
});

test('many pulls at once share one connection and do not mix', async (t) => {
  const { clock, network, server, puller } = await scene();
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
  const { clock, server, puller } = await scene();
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
  const { clock, server, puller } = await scene();
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
  const { clock, server, puller } = await scene();
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
  const { clock, server, puller } = await scene();
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
  const { clock, server, puller } = await scene();
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
    const { clock, server, puller } = await scene();
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
  const { clock, server, puller } = await scene();
  const pulling = consume(puller.mesh.pull(server.id, 'x', 0, 1, never));
  await clock.advance(100);
  t.is((pulling.error as { reason?: string }).reason, 'no-bulk-service');
});

test('a pull from a node that is not connected fails', async (t) => {
  const { clock, puller } = await scene();
  const pulling = consume(puller.mesh.pull(memoryId('nobody'), 'x', 0, 1, never));
  await clock.advance(100);
  t.is(codeOfPull(pulling), 'not-connected');
});

test('a pull fails when its node becomes unreachable', async (t) => {
  const { clock, network, server, puller } = await scene();
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
  const { clock, server, puller } = await scene();
  server.mesh.serveBulk(() => new Promise(() => undefined));
  const pulling = consume(puller.mesh.pull(server.id, 'x', 0, 1, never));
  await clock.advance(29_000);
  t.false(pulling.done);
  await clock.advance(2_000);
  t.is(codeOfPull(pulling), 'pull-stalled');
});

test('an idle connection is given back, and made again when it is needed', async (t) => {
  const { clock, network, server, puller } = await scene();
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

// Hostile pullers

async function dialBulk({ clock, network }: Scene, name: string): Promise<RawPeer> {
  const dialling = RawPeer.dial(network, name, 'server', 'bulk');
  await clock.advance(2);
  return dialling;
}

const request = { id: 1, name: 'x', offset: 0, size: 1_000_000, credit: MAX_WINDOW_BYTES };

test('a stranger cannot pull', async (t) => {
  const s = await scene();
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
    const s = await scene();
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
    t.deepEqual(Buffer.concat(pulling.bytes), Buffer.from(bytes));
  });
}

test('pulls beyond the limit are refused, and those before go on', async (t) => {
  const s = await scene();
  s.server.mesh.serveBulk(() => new Promise(() => undefined));
  await admit(s, 'greedy');
  const peer = await dialBulk(s, 'greedy');
  for (let id = 1; id <= 33; id++)
    peer.send(BULK.request, encode(writePullRequest, { ...request, id }));
  await s.clock.advance(5);
  const failed = peer.received
    .filter(({ kind }) => kind === BULK.failed)
    .map(({ body }) => readPullFailed(new Reader(body)));
  t.deepEqual(
    failed.map(({ id, code }) => ({ id, code })),
    [{ id: 33, code: 'too-many-pulls' }],
  );
});

async function admit({ clock, network, server }: Scene, name: string): Promise<void> {
  const dialling = RawPeer.dial(network, name, 'server');
  await clock.advance(2);
  const peer = await dialling;
  peer.sayHello();
  peer.sayAck(server.id);
  await clock.advance(5);
}

// Hostile servers

async function pullFrom(
  t: ExecutionContext,
  answer: (peer: RawPeer, id: number) => void,
): Promise<{ pulling: Pulling; codes: unknown[] }> {
  const s = await scene();
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

test('pieces have the size wanted, but for the last, and hold the same bytes', async (t) => {
  const bytes = blob(1_000);
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const [from, to] of [
      [0, 1],
      [1, 1],
      [1, 5],
      [5, 300],
      [300, 1_000],
    ] as const)
      yield bytes.subarray(from, to);
  }
  const got: Uint8Array[] = [];
  for await (const piece of pieces(source(), 64)) got.push(piece);
  t.deepEqual(
    got.map(({ length }) => length),
    [...Array.from({ length: 15 }, () => 64), 40],
  );
  t.deepEqual(Buffer.concat(got), Buffer.from(bytes));
});

test('the window grows with the distance and is shared by the pulls', (t) => {
  t.is(windowFor(0, 1), MIN_WINDOW_BYTES);
  t.is(windowFor(10_000, 1), 2_000_000);
  t.is(windowFor(1_000_000, 1), MAX_WINDOW_BYTES);
  t.is(windowFor(1_000_000, 4), MAX_WINDOW_BYTES / 4);
  t.is(windowFor(0, 16), 2 * MAX_CHUNK_BYTES);
});
