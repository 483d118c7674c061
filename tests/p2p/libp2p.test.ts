import { createHash, randomBytes } from 'node:crypto';
import { Socket } from 'node:net';
import test from 'ava';
import { createPeerNetwork } from '#p2p/peer-network.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { systemRandom } from '#kernel/system-random.ts';
import { startNode, type RealNode } from './support/real-node.ts';
import { RecordingLogger } from './support/recording.ts';
import { MemoryAdmission, MemoryIdentity, MemoryRoster } from './support/stores.ts';

const PATIENCE_MS = 180_000; // of a machine with many processes for each processor

const soon = (): AbortSignal => AbortSignal.timeout(PATIENCE_MS);

async function mesh(count: number): Promise<RealNode[]> {
  const first = await startNode({ name: 'n0' });
  const rest = Array.from({ length: count - 1 }, (_, at) =>
    startNode({ name: `n${at + 1}`, bootstrap: [first.address] }),
  );
  const nodes = [first, ...(await Promise.all(rest))];
  await Promise.all(nodes.map((node) => node.sees(count - 1)));
  await Promise.all(nodes.map(({ network }) => network.whenReady(soon())));
  return nodes;
}

for (const count of [3, 5]) {
  test(`${count} nodes that start at once from one address become a full mesh, and say up once for each`, async (t) => {
    await using cleanup = new AsyncDisposableStack();
    const nodes = await mesh(count);
    for (const node of nodes) cleanup.use(node);
    for (const node of nodes) {
      for (const other of nodes) {
        if (other !== node) t.deepEqual(node.events.changes(other.network.self), ['up']);
      }
    }
  });
}

test('an address without a peer id is enough, and the node behind it may start later', async (t) => {
  await using cleanup = new AsyncDisposableStack();
  const identity = new MemoryIdentity();
  const reserved = await startNode({ identity });
  const address = reserved.address.replace(/\/p2p\/.*/, '');
  await reserved.network[Symbol.asyncDispose]();
  const late = cleanup.use(await startNode({ name: 'late', bootstrap: [address] }));
  await late.logger.logged('dial-failed');
  cleanup.use(await startNode({ name: 'first', listen: [address] }));
  await late.network.whenReady(soon());
  t.is(late.network.members().length, 2);
});

test('names of DNS lead to nodes, those that join and those that are told of others', async (t) => {
  await using cleanup = new AsyncDisposableStack();
  const first = cleanup.use(await startNode({ name: 'first' }));
  const port = /tcp\/(\d+)/.exec(first.address)![1]!;
  const named = await startNode({
    name: 'named',
    listen: ['127.0.0.1:0'],
    bootstrap: [`localhost:${port}`],
  });
  await named.network.whenReady(soon());
  const [own] = named.network.addresses;
  await named.network[Symbol.asyncDispose]();
  const again = cleanup.use(
    await startNode({
      name: 'named',
      identity: named.identity,
      roster: named.roster,
      listen: [own!.replace(/\/p2p\/.*/, '')],
      announce: [`localhost:${/tcp\/(\d+)/.exec(own!)![1]}`],
    }),
  );
  await again.sees(1);
  const third = cleanup.use(await startNode({ name: 'third', bootstrap: [first.address] }));
  await third.sees(2);
  const told = third.network.members().find(({ name }) => name === 'named')!;
  t.regex(told.addresses[0]!, /^\/dns\/localhost\/tcp\//);
});

test('on the local network a node that was told no address finds its cluster, and leaves others alone', async (t) => {
  await using cleanup = new AsyncDisposableStack();
  const deaf = cleanup.use(await startNode({ name: 'deaf', founds: false }));
  const first = cleanup.use(await startNode({ name: 'first', lan: true }));
  const joins = cleanup.use(await startNode({ name: 'joins', lan: true, founds: false }));
  await joins.network.whenReady(soon());
  t.is(joins.network.founder, first.network.self);
  t.deepEqual(
    first.network
      .members()
      .map(({ name }) => name)
      .toSorted(),
    ['first', 'joins'],
  );
  t.false(deaf.network.ready);
});

test('a node keeps its id over restarts and counts its incarnations', async (t) => {
  await using cleanup = new AsyncDisposableStack();
  const [a, b] = (await mesh(2)) as [RealNode, RealNode];
  cleanup.use(a);
  const { self } = b.network;
  await b.network[Symbol.asyncDispose]();
  await a.events.until(() => a.events.changes(self).length === 2);
  const again = cleanup.use(
    await startNode({ name: 'n1', identity: b.identity, roster: b.roster }),
  );
  await a.events.until(() => a.events.changes(self).length === 3);
  t.is(again.network.self, self);
  t.deepEqual(a.events.changes(self), ['up', 'down', 'up']);
  t.is(a.network.members().find(({ id }) => id === self)?.incarnation, 2);
});

test('1,000 frames arrive in order', async (t) => {
  await using cleanup = new AsyncDisposableStack();
  const [a, b] = (await mesh(2)) as [RealNode, RealNode];
  cleanup.use(a);
  cleanup.use(b);
  for (let at = 0; at < 1_000; at++)
    t.true(a.network.send(b.network.self, new Uint8Array(Uint32Array.of(at).buffer)));
  await b.events.until(() => b.events.frames().length === 1_000);
  const numbers = b.events
    .frames()
    .map((frame) => new DataView(frame.buffer, frame.byteOffset).getUint32(0, true));
  t.deepEqual(
    numbers,
    Array.from({ length: 1_000 }, (_, at) => at),
  );
});

test('the frames of one turn leave in one write', async (t) => {
  await using cleanup = new AsyncDisposableStack();
  const [a, b] = (await mesh(2)) as [RealNode, RealNode];
  cleanup.use(a);
  cleanup.use(b);
  const sizes: number[] = [];
  const { write } = Socket.prototype;
  cleanup.defer(() => void (Socket.prototype.write = write));
  Socket.prototype.write = function (this: Socket, ...args: unknown[]) {
    sizes.push((args[0] as Uint8Array).length);
    return Reflect.apply(write, this, args);
  } as typeof write;
  for (let at = 0; at < 3; at++) t.true(a.network.send(b.network.self, new Uint8Array(1_500)));
  await b.events.until(() => b.events.frames().length === 3);
  const whole = 2 + 12 + 3 * (5 + 1_500) + 16; // noise, yamux and the frames; packets of membership may be among them
  t.true(
    sizes.some((size) => size >= whole && size < whole + 1_500),
    `${whole}: ${sizes.join(' ')}`,
  );
});

test('a frame of two mebibytes arrives whole', async (t) => {
  await using cleanup = new AsyncDisposableStack();
  const [a, b] = (await mesh(2)) as [RealNode, RealNode];
  cleanup.use(a);
  cleanup.use(b);
  const frame = new Uint8Array(randomBytes(2 * 1024 * 1024));
  t.true(a.network.send(b.network.self, frame));
  await b.events.until(() => b.events.frames().length === 1);
  t.true(Buffer.from(b.events.frames()[0] ?? []).equals(frame));
});

test('50 MB are pulled as they are, within a window of memory', async (t) => {
  await using cleanup = new AsyncDisposableStack();
  const [a, b] = (await mesh(2)) as [RealNode, RealNode];
  cleanup.use(a);
  cleanup.use(b);
  const total = 50_000_000;
  const block = randomBytes(1_000_000);
  let given = 0;
  const wanted = createHash('sha256');
  b.network.serveBulk((_name, _offset, size) => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let left = size; left > 0; left -= block.length) {
        wanted.update(block.subarray(0, left));
        given += Math.min(left, block.length);
        yield block.subarray(0, left);
      }
    }
    return Promise.resolve({ size, chunks: chunks() });
  });
  const got = createHash('sha256');
  let taken = 0;
  let most = 0;
  for await (const chunk of a.network.pull(b.network.self, 'x', 0, total, soon())) {
    got.update(chunk);
    taken += chunk.length;
    most = Math.max(most, given - taken);
    await new Promise((resolve) => setImmediate(resolve)); // slower than the sender
  }
  t.is(got.digest('hex'), wanted.digest('hex'));
  t.true(most < 8_000_000, `${most} bytes under way`); // the window, and what the sender reads ahead
});

test('a pull that is cancelled stops the sender, and the connection goes on serving', async (t) => {
  await using cleanup = new AsyncDisposableStack();
  const [a, b] = (await mesh(2)) as [RealNode, RealNode];
  cleanup.use(a);
  cleanup.use(b);
  const closed = Promise.withResolvers<void>();
  b.network.serveBulk((name, _offset, size) => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      try {
        for (let left = size; left > 0; left -= 100_000)
          yield new Uint8Array(Math.min(left, 100_000));
      } finally {
        if (name === 'endless') closed.resolve();
      }
    }
    return Promise.resolve({ size, chunks: chunks() });
  });
  const abort = new AbortController();
  const pulling = (async () => {
    for await (const chunk of a.network.pull(b.network.self, 'endless', 0, 2 ** 40, abort.signal)) {
      if (chunk.length > 0) abort.abort(new Error('enough'));
    }
  })();
  await t.throwsAsync(pulling, { message: 'enough' });
  await closed.promise;
  let bytes = 0;
  for await (const chunk of a.network.pull(b.network.self, 'small', 0, 300_000, soon()))
    bytes += chunk.length;
  t.is(bytes, 300_000);
});

test('frames arrive while a pull runs', async (t) => {
  await using cleanup = new AsyncDisposableStack();
  const [a, b] = (await mesh(2)) as [RealNode, RealNode];
  cleanup.use(a);
  cleanup.use(b);
  b.network.serveBulk((_name, _offset, size) => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let left = size; left > 0; left -= 1_000_000)
        yield new Uint8Array(Math.min(left, 1_000_000));
    }
    return Promise.resolve({ size, chunks: chunks() });
  });
  let bytes = 0;
  let during = 0;
  for await (const chunk of a.network.pull(b.network.self, 'x', 0, 20_000_000, soon())) {
    if (bytes === 0) b.network.send(a.network.self, Uint8Array.of(1));
    bytes += chunk.length;
    if (bytes < 20_000_000) during = a.events.frames().length;
  }
  t.is(during, 1);
});

test('two processes with one key: the second is refused and told why', async (t) => {
  await using cleanup = new AsyncDisposableStack();
  const [a, b] = (await mesh(2)) as [RealNode, RealNode];
  cleanup.use(a);
  cleanup.use(b);
  const identity = new MemoryIdentity();
  identity.privateKey = b.identity.privateKey;
  const twin = cleanup.use(await startNode({ name: 'twin', identity, bootstrap: [a.address] }));
  const line = await twin.logger.logged('duplicate-identity');
  t.is(line.level, 'error');
  t.false(twin.network.ready);
  t.deepEqual(a.events.changes(b.network.self), ['up']);
});

test('a bootstrap address that leads to the node itself is dropped with a warning', async (t) => {
  await using cleanup = new AsyncDisposableStack();
  const node = cleanup.use(await startNode({ name: 'a' }));
  const twin = cleanup.use(
    await startNode({ name: 'b', identity: sameKey(node), bootstrap: [node.address] }),
  );
  await twin.logger.logged('dialled-self');
  t.false(twin.network.ready);
});

function sameKey(node: RealNode): MemoryIdentity {
  const identity = new MemoryIdentity();
  identity.privateKey = node.identity.privateKey;
  return identity;
}

test('a bad setting is refused before anything starts', async (t) => {
  const create = (init: object): Promise<unknown> =>
    createPeerNetwork(
      {
        clock: systemClock,
        random: systemRandom,
        logger: new RecordingLogger(),
        roster: new MemoryRoster(),
        identity: new MemoryIdentity(),
        admission: new MemoryAdmission(),
      },
      { name: 'x', ...init },
    );
  await t.throwsAsync(create({ name: '' }), { code: 'bad-setting' });
  await t.throwsAsync(create({ heartbeatMs: 0 }), { code: 'bad-setting' });
  await t.throwsAsync(create({ silentAfterMs: 1_500 }), { code: 'bad-setting' });
  await t.throwsAsync(create({ bootstrap: ['localhost'] }), { code: 'bad-setting' });
  await t.throwsAsync(
    create({ listen: Array.from({ length: 17 }, () => '/ip4/127.0.0.1/tcp/0') }),
    { code: 'bad-setting' },
  );
  await t.throwsAsync(create({ listen: ['/ip4/192.0.2.1/tcp/1'] }), { code: 'listen-failed' });
});
