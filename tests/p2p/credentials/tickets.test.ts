import test from 'ava';
import { peerIdText } from '#p2p/peer-id.ts';
import type { TicketWish } from '#p2p/credentials/office.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { memoryKey, MemoryNetwork } from '../support/memory-network.ts';
import { startMemoryNode, upAt, type MemoryNode } from '../support/memory-node.ts';
import { rootKey } from '../support/test-root.ts';

const DAY_MS = 86_400_000;

interface World {
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
  /** Has founded the cluster, and has its root key. */
  readonly first: MemoryNode;
  ticket(wish?: TicketWish): Promise<string>;
  /** Joins by a ticket, and has had the time to. */
  join(name: string, ticket: string, from?: string): Promise<MemoryNode>;
}

async function world(): Promise<World> {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const first = await startMemoryNode(network, { name: 'first', ticket: '' });
  await clock.advance(10);
  return {
    clock,
    network,
    first,
    ticket: async (wish = {}) => (await first.mesh.admission.createTicket(wish)).text,
    async join(name, ticket, from = 'first') {
      const node = await startMemoryNode(network, { name, ticket, from: [from] });
      await clock.advance(1_000);
      return node;
    },
  };
}

async function whyNot(node: MemoryNode): Promise<unknown> {
  try {
    await node.mesh.whenReady(AbortSignal.abort());
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

test('a node joins by a ticket, and needs none when it starts again', async (t) => {
  const { clock, network, first, ticket, join } = await world();
  const node = await join('second', await ticket());
  t.true(node.mesh.ready);
  t.deepEqual(upAt(first), [node.id]);
  const { id, admits, hasRootKey } = node.mesh.admission.cluster();
  t.is(id, first.mesh.admission.cluster().id);
  t.false(admits || hasRootKey);
  await node.mesh[Symbol.asyncDispose]();
  const { roster, identity, store } = node;
  const again = await startMemoryNode(network, {
    name: 'second',
    ticket: '',
    from: ['first'],
    roster,
    identity,
    store,
  });
  await clock.advance(6_000);
  t.true(again.mesh.ready);
  t.deepEqual(upAt(first), [node.id]);
});

test('a node that has no ticket and belongs to no cluster does not start', async (t) => {
  const { network } = await world();
  await t.throwsAsync(startMemoryNode(network, { name: 'second', ticket: '', from: ['first'] }), {
    code: 'admission-missing',
  });
});

test('as many nodes join by a ticket as it is good for, and the next is told why not', async (t) => {
  const { first, ticket, join } = await world();
  const text = await ticket({ uses: 2 });
  const [a, b, c] = [await join('a', text), await join('b', text), await join('c', text)];
  t.true(a.mesh.ready && b.mesh.ready);
  t.is(await whyNot(c), 'ticket-used-up');
  t.is(first.mesh.members().length, 3);
  t.deepEqual(
    first.mesh.admission.tickets().map(({ uses, usedBy }) => [uses, [...usedBy].toSorted()]),
    [[2, [a.id, b.id].toSorted()]],
  );
});

test('a node whose answer was lost asks again, and counts once', async (t) => {
  const { clock, network, ticket, join } = await world();
  const text = await ticket();
  const lost = await startMemoryNode(network, { name: 'a', ticket: text, from: ['first'] });
  lost.store.beforeSave = () => Promise.reject(new Error('disk full'));
  await clock.advance(1_000);
  t.false(lost.mesh.ready);
  lost.store.beforeSave = () => Promise.resolve();
  await clock.advance(10_000);
  t.true(lost.mesh.ready);
  t.is(await whyNot(await join('b', text)), 'ticket-used-up');
});

test('the uses of a ticket are durable before the node that joins has its certificate', async (t) => {
  const { clock, network, first, ticket } = await world();
  const text = await ticket();
  const stored = Promise.withResolvers<void>();
  first.store.beforeSave = () => stored.promise;
  const node = await startMemoryNode(network, { name: 'a', ticket: text, from: ['first'] });
  await clock.advance(2_000);
  t.false(node.store.files.has('membership'));
  stored.resolve();
  await clock.advance(2_000);
  t.true(node.mesh.ready);
});

test('a ticket ends when its time is over, by the clock of the node that made it', async (t) => {
  const { clock, ticket, join } = await world();
  const text = await ticket({ ttlMs: 60_000, uses: 2 });
  t.true((await join('a', text)).mesh.ready);
  await clock.advance(60_000);
  t.is(await whyNot(await join('b', text)), 'ticket-expired');
});

test('nodes whose clocks are a day apart join and talk as others do', async (t) => {
  const { clock, network, first, ticket } = await world();
  const text = await ticket({ ttlMs: 60_000, uses: 2 });
  const nodes = await Promise.all(
    [DAY_MS, -DAY_MS].map((aheadMs, at) =>
      startMemoryNode(network, { name: `n${at}`, ticket: text, from: ['first'], aheadMs }),
    ),
  );
  await clock.advance(2_000);
  t.true(nodes.every(({ mesh }) => mesh.ready));
  t.deepEqual(upAt(first).length, 2);
  t.deepEqual(upAt(nodes[0]!).length, 2);
});

test('a ticket for one node is of no use to another', async (t) => {
  const { ticket, join } = await world();
  const node = peerIdText(memoryKey('a').publicKey);
  const text = await ticket({ node, uses: 2 });
  t.is(await whyNot(await join('b', text)), 'ticket-refused');
  t.true((await join('a', text)).mesh.ready);
});

test('any member lets in who has a ticket of another, which redeems it', async (t) => {
  const { first, ticket, join } = await world();
  const second = await join('second', await ticket());
  const third = await join('third', await ticket(), 'second');
  t.true(third.mesh.ready);
  t.deepEqual([upAt(first).length, upAt(second).length], [2, 2]);
});

test('while the node that made a ticket is away, others say so, and it is tried again', async (t) => {
  const { clock, network, first, ticket, join } = await world();
  await join('second', await ticket());
  const text = await ticket();
  await first.mesh[Symbol.asyncDispose]();
  await clock.advance(10);
  const third = await join('third', text, 'second');
  t.false(third.mesh.ready);
  t.true(third.logger.codes().includes('issuer-unreachable'));
  const { roster, identity, store } = first;
  await startMemoryNode(network, { name: 'first', ticket: '', roster, identity, store });
  await clock.advance(30_000);
  t.true(third.mesh.ready);
});

test('a revoked ticket is void at once, also by a node that did not make it', async (t) => {
  const { clock, first, ticket, join } = await world();
  const other = await join('other', await ticket({ admits: true }));
  t.true(other.mesh.admission.cluster().admits);
  const { admission } = first.mesh;
  const [one, two] = [await admission.createTicket({}), await admission.createTicket({})];
  await admission.revokeTicket(one.id);
  await other.mesh.admission.revokeTicket(two.id);
  await clock.advance(10);
  t.is(await whyNot(await join('a', one.text)), 'ticket-refused');
  t.is(await whyNot(await join('b', two.text)), 'ticket-refused');
  t.deepEqual(admission.cluster().revokedTickets, [one.id, two.id].toSorted());
});

test('who may not admit makes no tickets, and only the root key lets others admit', async (t) => {
  const { ticket, join } = await world();
  const plain = await join('plain', await ticket());
  const admitting = await join('admitting', await ticket({ admits: true }));
  await t.throwsAsync(plain.mesh.admission.createTicket({}), { code: 'may-not-admit' });
  await t.throwsAsync(plain.mesh.admission.revokeNode('first', false), { code: 'may-not-admit' });
  await t.throwsAsync(admitting.mesh.admission.createTicket({ admits: true }), {
    code: 'may-not-admit',
  });
  const { text } = await admitting.mesh.admission.createTicket({});
  const last = await join('last', text, 'admitting');
  t.true(last.mesh.ready);
});

test('a ticket out of range is refused', async (t) => {
  const { first } = await world();
  const { admission } = first.mesh;
  for (const wish of [{ ttlMs: 999 }, { ttlMs: 31 * DAY_MS }, { uses: 0 }, { uses: 1_025 }])
    await t.throwsAsync(admission.createTicket(wish), { code: 'bad-request' });
  await t.throwsAsync(admission.createTicket({ node: 'nobody' }), { code: 'bad-request' });
  await t.throwsAsync(admission.revokeTicket('x'), { code: 'bad-request' });
});

test('1,024 tickets may be open, and room comes as they end', async (t) => {
  const { clock, first } = await world();
  const { admission } = first.mesh;
  for (let at = 0; at < 1_024; at++) await admission.createTicket({ ttlMs: 60_000 });
  await t.throwsAsync(admission.createTicket({}), { code: 'tickets-full' });
  await clock.advance(60_000);
  await t.notThrowsAsync(admission.createTicket({}));
});

test('a ticket that was cut, or is none, is refused before anything starts', async (t) => {
  const { network, ticket } = await world();
  const text = await ticket();
  for (const wrong of ['hello', text.slice(0, -9), `${text.slice(0, 40)}AAAA`, 'x'.repeat(5_000)])
    await t.throwsAsync(
      startMemoryNode(network, { name: 'a', ticket: wrong, from: ['first'] }),
      { code: 'bad-ticket' },
      wrong,
    );
});

test('who joins tells an impostor nothing of use, and does not join its cluster', async (t) => {
  const { clock, network, first, ticket } = await world();
  const text = await ticket();
  await startMemoryNode(network, { name: 'evil', root: rootKey('evil') });
  const node = await startMemoryNode(network, { name: 'a', ticket: text, from: ['evil'] });
  await clock.advance(5_000);
  t.false(node.mesh.ready);
  t.true(node.logger.codes().includes('foreign-cluster'));
  t.deepEqual(first.mesh.admission.tickets()[0]?.usedBy, []);
});

test('of many that join at once 32 are let in at a time, and the others once there is room', async (t) => {
  const { clock, network, first, ticket, join } = await world();
  // Each of them waits there for the answer of the node that made the ticket.
  await join('second', await ticket());
  const text = await ticket({ uses: 34 });
  const joining = Array.from({ length: 34 }, (_, at) =>
    startMemoryNode(network, { name: `node ${at}`, ticket: text, from: ['second'] }),
  );
  const nodes = await Promise.all(joining);
  await clock.advance(7_000);
  const refused = nodes.filter(({ logger }) => logger.codes().includes('too-many-joins'));
  t.is(refused.length, 2);
  t.true(nodes.every(({ mesh }) => mesh.ready));
  t.is(first.mesh.admission.tickets().find(({ uses }) => uses === 34)?.usedBy.length, 34);
});
