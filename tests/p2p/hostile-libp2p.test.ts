import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { tcp } from '@libp2p/tcp';
import { multiaddr } from '@multiformats/multiaddr';
import test, { type ExecutionContext } from 'ava';
import { createLibp2p, type Libp2p } from 'libp2p';
import { startNode, type RealNode } from './support/real-node.ts';
import type { Connection } from '@libp2p/interface';

const WIRE = '/vstar/wire/0.1.0';
const SHORT_MS = 2_000; // and yet long enough for two good nodes to greet each other

/** What is beneath the muxer of a connection, above its encryption. */
interface Muxer {
  maConn: { send(bytes: Uint8Array): boolean };
}

interface Scene extends AsyncDisposable {
  node: RealNode;
  good: RealNode;
  evil: Libp2p;
  socket(): Promise<Socket>;
  connect(): Promise<Connection>;
}

/** @param helloTimeoutMs short where the test is about it; long else, for a busy machine */
async function scene(helloTimeoutMs = 20_000): Promise<Scene> {
  const stack = new AsyncDisposableStack();
  const node = stack.use(await startNode({ name: 'node', helloTimeoutMs }));
  const good = stack.use(await startNode({ name: 'good', bootstrap: [node.address] }));
  await node.sees(1);
  const evil = await createLibp2p({
    addresses: { listen: [] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
  });
  stack.defer(() => evil.stop());
  const port = Number(/tcp\/(\d+)/.exec(node.address)?.[1]);
  return {
    node,
    good,
    evil,
    socket: async () => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      stack.defer(() => void socket.destroy());
      await once(socket, 'connect');
      return socket;
    },
    connect: () => evil.dial(multiaddr(node.address), { force: true }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** However the other side ended it. */
function ended(socket: Socket): Promise<void> {
  return new Promise((resolve) => void socket.once('close', () => resolve()));
}

function gone(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    if (connection.status !== 'open') resolve();
    connection.addEventListener('close', () => resolve(), { once: true });
  });
}

async function isUnharmed(t: ExecutionContext, { node, good }: Scene): Promise<void> {
  t.true(good.network.send(node.network.self, Uint8Array.of(5)));
  await node.events.until(() => node.events.frames().length === 1);
  t.deepEqual(node.events.changes(good.network.self), ['up']);
  t.is(node.network.members().length, 2);
}

test('random bytes at the port are cut off', async (t) => {
  await using s = await scene();
  const socket = await s.socket();
  const closed = ended(socket);
  socket.write(randomBytes(10_000));
  await closed;
  await s.node.logger.logged('not-our-protocol');
  await isUnharmed(t, s);
});

test('a connection that says nothing is cut off', async (t) => {
  await using s = await scene(SHORT_MS);
  const socket = await s.socket();
  socket.resume();
  await ended(socket);
  await s.node.logger.logged('not-our-protocol');
  await isUnharmed(t, s);
});

test('of connections from one address that say nothing half of all that may be encrypted are kept', async (t) => {
  await using s = await scene(600_000);
  let closed = 0;
  const enough = Promise.withResolvers<void>();
  const close = (): void => {
    closed += 1;
    if (closed === 50) enough.resolve();
  };
  for (let at = 0; at < 300; at++) {
    const socket = await s.socket().catch(() => undefined); // it may be closed as soon as it is open
    socket?.resume();
    if (socket === undefined) close();
    else void ended(socket).then(close);
  }
  await enough.promise;
  t.is(closed, 50);
  await isUnharmed(t, s);
  t.is(closed, 50);
});

test('a connection that begins in the right language and stops is cut off', async (t) => {
  await using s = await scene(SHORT_MS);
  const socket = await s.socket();
  const closed = ended(socket);
  socket.resume();
  socket.write('\u0013/multistream/1.0.0\n');
  await closed;
  await s.node.logger.logged('not-our-protocol');
  await isUnharmed(t, s);
});

test('a peer that opens no stream is cut off', async (t) => {
  await using s = await scene(SHORT_MS);
  const connection = await s.connect();
  await gone(connection);
  await s.node.logger.logged('hello-timeout');
  await isUnharmed(t, s);
});

test('of peers that open no stream 256 are borne, and the oldest goes first', async (t) => {
  await using s = await scene(600_000);
  const first = await s.connect();
  const others: Connection[] = [];
  for (let at = 0; at < 256; at++) others.push(await s.connect());
  await gone(first);
  await s.node.logger.logged('too-many-connections');
  t.is(others.filter(({ status }) => status === 'open').length, 256);
  await isUnharmed(t, s);
});

test('a peer that opens the stream and says nothing is cut off', async (t) => {
  await using s = await scene(SHORT_MS);
  const connection = await s.connect();
  await connection.newStream(WIRE).catch(() => undefined); // on a busy machine it may be late already
  await gone(connection);
  await s.node.logger.logged('hello-timeout');
  await isUnharmed(t, s);
});

test('a peer that opens a protocol which is not there gets no stream, and is cut off', async (t) => {
  await using s = await scene(SHORT_MS);
  const connection = await s.connect();
  await t.throwsAsync(connection.newStream('/vstar/wire/9.9.9'));
  await gone(connection);
  await isUnharmed(t, s);
});

test('a peer that opens the wire twice on one connection is cut off', async (t) => {
  await using s = await scene();
  const connection = await s.connect();
  await connection.newStream(WIRE, { maxOutboundStreams: 10 });
  await connection.newStream('/vstar/bulk/0.1.0').catch(() => undefined);
  await gone(connection);
  await s.node.logger.logged('unexpected-frame');
  await isUnharmed(t, s);
});

test('a peer that opens streams without end is cut off', async (t) => {
  await using s = await scene();
  const connection = await s.connect();
  const opening = Array.from({ length: 200 }, () =>
    connection.newStream(WIRE, { maxOutboundStreams: 1_000 }),
  );
  await Promise.allSettled(opening);
  await gone(connection);
  await isUnharmed(t, s);
});

test('a peer that sends rubbish on the wire is cut off', async (t) => {
  await using s = await scene();
  const connection = await s.connect();
  const stream = await connection.newStream(WIRE);
  stream.send(new Uint8Array(randomBytes(3_000)).fill(0xff, 0, 4));
  await gone(connection);
  await s.node.logger.logged('frame-too-large');
  await isUnharmed(t, s);
});

test('a muxer frame of four gibibytes is cut off long before it is here', async (t) => {
  await using s = await scene();
  const connection = await s.connect();
  const raw = (connection as unknown as { muxer: Muxer }).muxer.maConn;
  raw.send(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff));
  const before = process.memoryUsage().arrayBuffers;
  let sent = 0;
  while (connection.status === 'open' && sent < 64 * 1024 * 1024) {
    try {
      raw.send(new Uint8Array(256 * 1024));
    } catch {
      break; // the other side has hung up
    }
    sent += 256 * 1024;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await gone(connection);
  t.true(process.memoryUsage().arrayBuffers - before < 64 * 1024 * 1024);
  await s.node.logger.logged('muxer-overrun');
  await isUnharmed(t, s);
});

test('a hundred connections that say nothing keep nobody out', async (t) => {
  await using s = await scene();
  await Promise.all(Array.from({ length: 100 }, () => s.socket()));
  await using late = await startNode({ name: 'late', bootstrap: [s.node.address] });
  await late.network.whenReady(AbortSignal.timeout(180_000));
  t.is(late.network.members().length, 3);
});
