import test from 'ava';
import { ManualClock, seededRandom } from './support/manual-clock.ts';
import { MemoryNetwork } from './support/memory-network.ts';
import { startMemoryNode, upAt, type MemoryNode } from './support/memory-node.ts';
import { MemoryRoster } from './support/stores.ts';

function world(): { clock: ManualClock; network: MemoryNetwork } {
  const clock = new ManualClock();
  return { clock, network: new MemoryNetwork(clock) };
}

/** Of two nodes that are ready at once, each has the other in its roster: else both could think to be the writer. */
function disagreement(nodes: readonly MemoryNode[]): string | undefined {
  const ready = nodes.filter(({ mesh }) => mesh.ready);
  for (const one of ready) {
    const known = new Set(one.mesh.members().map(({ id }) => id));
    const missing = ready.find(({ id }) => !known.has(id));
    if (missing !== undefined) return `${one.id} does not know ${missing.id}`;
  }
  return undefined;
}

test('a first node without bootstrap is ready at once', async (t) => {
  const { clock, network } = world();
  const node = await startMemoryNode(network, { name: 'a' });
  await clock.advance(0);
  t.true(node.mesh.ready);
});

test('a first node that was given its own address to bootstrap from is ready at once', async (t) => {
  const { clock, network } = world();
  const node = await startMemoryNode(network, { name: 'a', from: ['a'] });
  await clock.advance(0);
  t.true(node.mesh.ready);
});

test('a node is ready only when every member has acknowledged it', async (t) => {
  const { clock, network } = world();
  await startMemoryNode(network, { name: 'a' });
  const b = await startMemoryNode(network, { name: 'b', from: ['a'] });
  await clock.advance(1_000);
  network.freeze(b.id);
  await clock.advance(10_000);
  const c = await startMemoryNode(network, { name: 'c', from: ['a'] });
  await clock.advance(10_000);
  t.false(c.mesh.ready);
  network.thaw(b.id);
  await clock.advance(30_000);
  t.true(c.mesh.ready);
});

test('two nodes that join at the same time know each other before either is ready with the other', async (t) => {
  const { clock, network } = world();
  const nodes = [await startMemoryNode(network, { name: 'a' })];
  await clock.advance(100);
  nodes.push(await startMemoryNode(network, { name: 'b', from: ['a'] }));
  nodes.push(await startMemoryNode(network, { name: 'c', from: ['a'] }));
  for (let ms = 0; ms < 1_000; ms++) {
    await clock.advance(1);
    t.is(disagreement(nodes), undefined);
  }
  t.true(nodes.every(({ mesh }) => mesh.ready));
});

test('a node that joins at one which has not joined yet is not ready before it has reached the cluster', async (t) => {
  const { clock, network } = world();
  const b = await startMemoryNode(network, { name: 'b', from: ['a'] });
  const c = await startMemoryNode(network, { name: 'c', from: ['b'] });
  await clock.advance(10_000);
  t.deepEqual(upAt(c), [b.id]);
  t.false(b.mesh.ready || c.mesh.ready);
  const a = await startMemoryNode(network, { name: 'a' });
  for (let ms = 0; ms < 10_000; ms += 10) {
    await clock.advance(10);
    t.is(disagreement([a, b, c]), undefined);
  }
  t.true(a.mesh.ready && b.mesh.ready && c.mesh.ready);
});

for (let seed = 1; seed <= 40; seed++) {
  test(`no two ready nodes ever miss each other, however they start and stop (seed ${seed})`, async (t) => {
    const { clock, network } = world();
    const random = seededRandom(seed);
    const names = ['a', 'b', 'c', 'd', 'e'];
    const pick = (): string => names[Math.floor(random.next() * names.length)] ?? 'a';
    const nodes = new Map<string, MemoryNode>();
    const start = async (name: string): Promise<void> => {
      const old = nodes.get(name);
      const roster = old?.roster ?? new MemoryRoster();
      roster.beforeSave = () =>
        new Promise((resolve) => void clock.after(random.next() * 20, resolve));
      const from = name === 'a' ? [] : [pick(), pick()].filter((other) => other !== name);
      const starting = startMemoryNode(network, {
        name,
        roster,
        ...(old && { identity: old.identity }),
        from: from.length > 0 || name === 'a' ? from : ['a'],
      });
      await clock.advance(100);
      nodes.set(name, await starting);
    };
    for (let step = 0; step < 60; step++) {
      const name = pick();
      const node = nodes.get(name);
      const running = node !== undefined && !stopped.has(node);
      if (!running) await start(name);
      else if (random.next() < 0.4) {
        stopped.add(node);
        await node.mesh[Symbol.asyncDispose]();
      }
      const pause = Math.floor(random.next() * 200);
      for (let ms = 0; ms < pause; ms += 5) {
        await clock.advance(5);
        const living = [...nodes.values()].filter((one) => !stopped.has(one));
        t.is(disagreement(living), undefined);
      }
    }
    for (const name of names) {
      const node = nodes.get(name);
      if (node === undefined || stopped.has(node)) await start(name);
    }
    await clock.advance(60_000);
    t.deepEqual(
      [...nodes.values()].filter(({ mesh }) => !mesh.ready).map(({ id }) => id),
      [],
    );
  });
}
const stopped = new WeakSet<MemoryNode>();

test('a restarted node is ready though a member is down, and keeps it in the roster', async (t) => {
  const { clock, network } = world();
  const a = await startMemoryNode(network, { name: 'a' });
  const b = await startMemoryNode(network, { name: 'b', from: ['a'] });
  await clock.advance(1_000);
  await a.mesh[Symbol.asyncDispose]();
  await b.mesh[Symbol.asyncDispose]();
  const again = await startMemoryNode(network, {
    name: 'b',
    from: ['a'],
    roster: b.roster,
    identity: b.identity,
  });
  await clock.advance(1_000);
  t.true(again.mesh.ready);
  t.is(again.mesh.members().find(({ id }) => id === a.id)?.standing, 'unreachable');
});

test('a node that stopped before it was ready needs the acks that it has not', async (t) => {
  const { clock, network } = world();
  const a = await startMemoryNode(network, { name: 'a' });
  const b = await startMemoryNode(network, { name: 'b', from: ['a'] });
  await clock.advance(1_000);
  network.freeze(b.id);
  await clock.advance(10_000);
  const c = await startMemoryNode(network, { name: 'c', from: ['a'] });
  await clock.advance(2_000);
  await c.mesh[Symbol.asyncDispose]();
  const again = await startMemoryNode(network, {
    name: 'c',
    from: ['a'],
    roster: c.roster,
    identity: c.identity,
  });
  await clock.advance(30_000);
  t.false(again.mesh.ready);
  network.thaw(b.id);
  await clock.advance(30_000);
  t.true(again.mesh.ready && a.mesh.ready);
});

test('a hello is acknowledged only after the roster is stored', async (t) => {
  const { clock, network } = world();
  const a = await startMemoryNode(network, { name: 'a' });
  await clock.advance(0);
  const stored = Promise.withResolvers<void>();
  a.roster.beforeSave = () => stored.promise;
  const b = await startMemoryNode(network, { name: 'b', from: ['a'] });
  await clock.advance(1_000);
  t.false(a.roster.entries.some(({ id }) => id === b.id));
  t.false(b.mesh.ready);
  stored.resolve();
  await clock.advance(1_000);
  t.true(a.roster.entries.some(({ id }) => id === b.id));
  t.true(b.mesh.ready);
});

test('a hello is refused while the roster cannot be stored', async (t) => {
  const { clock, network } = world();
  const a = await startMemoryNode(network, { name: 'a' });
  await clock.advance(0);
  a.roster.beforeSave = () => Promise.reject(new Error('disk full'));
  const b = await startMemoryNode(network, { name: 'b', from: ['a'] });
  await clock.advance(1_000);
  t.true(a.logger.codes().includes('storage-failed'));
  t.true(b.logger.codes().includes('storage-failed'));
  t.false(b.mesh.ready);
  a.roster.beforeSave = () => Promise.resolve();
  await clock.advance(10_000);
  t.true(b.mesh.ready);
});

test('a node whose roster could not be stored is ready soon after it can be, though nothing else changes', async (t) => {
  const { clock, network } = world();
  await startMemoryNode(network, { name: 'a' });
  const b = await startMemoryNode(network, { name: 'b', from: ['a'] });
  await clock.advance(1_000);
  await b[Symbol.asyncDispose]();
  const { roster, identity, store } = b;
  const again = await startMemoryNode(network, { name: 'b', from: ['a'], roster, identity, store });
  roster.beforeSave = () => Promise.reject(new Error('disk full'));
  await clock.advance(5_000);
  t.false(again.mesh.ready);
  roster.beforeSave = () => Promise.resolve();
  await clock.advance(1_000);
  t.true(again.mesh.ready);
});

test('the founder of a cluster is ready, too, soon after its roster can be stored', async (t) => {
  const { clock, network } = world();
  const a = await startMemoryNode(network, { name: 'a' });
  a.roster.beforeSave = () => Promise.reject(new Error('disk full'));
  await clock.advance(5_000);
  t.false(a.mesh.ready);
  a.roster.beforeSave = () => Promise.resolve();
  await clock.advance(1_000);
  t.true(a.mesh.ready);
  const b = await startMemoryNode(network, { name: 'b', from: ['a'] });
  await clock.advance(1_000);
  t.true(b.mesh.ready);
});

test('two clusters refuse each other', async (t) => {
  const { clock, network } = world();
  const a = await startMemoryNode(network, { name: 'a' });
  const x = await startMemoryNode(network, { name: 'x' });
  await clock.advance(100);
  const b = await startMemoryNode(network, { name: 'b', from: ['a', 'x'] });
  await clock.advance(1_000);
  t.true(b.mesh.ready);
  t.true([a, x, b].some(({ logger }) => logger.codes().includes('foreign-cluster')));
  t.false(a.mesh.members().some(({ id }) => id === x.id));
});

test('whoever waits in vain for readiness is told what is missing', async (t) => {
  const { clock, network } = world();
  const node = await startMemoryNode(network, { name: 'a', from: ['nobody'] });
  await clock.advance(1_000);
  const error = await t.throwsAsync(node.mesh.whenReady(AbortSignal.abort()), {
    code: 'not-ready',
  });
  t.regex(error.message, /no member of a cluster has admitted this node/);
});

test('who waits for readiness when the network is closed is told so', async (t) => {
  const { network } = world();
  const node = await startMemoryNode(network, { name: 'a', from: ['nobody'] });
  const waiting = node.mesh.whenReady(new AbortController().signal);
  await node.mesh[Symbol.asyncDispose]();
  await t.throwsAsync(waiting, { code: 'network-closed' });
});

test('a node whose roster is gone does not start as if it were new', async (t) => {
  const { clock, network } = world();
  const a = await startMemoryNode(network, { name: 'a' });
  await clock.advance(100);
  await a.mesh[Symbol.asyncDispose]();
  await t.throwsAsync(startMemoryNode(network, { name: 'a', identity: a.identity }), {
    code: 'roster-lost',
  });
});

test("a node does not start with another node's roster", async (t) => {
  const { clock, network } = world();
  const a = await startMemoryNode(network, { name: 'a' });
  await clock.advance(100);
  await t.throwsAsync(startMemoryNode(network, { name: 'b', roster: a.roster }), {
    code: 'roster-mismatch',
  });
});
