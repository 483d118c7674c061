// A node that joins where it can never be admitted.
import test from 'ava';
import { encode, PROTOCOL, WIRE } from '#p2p/wire-format.ts';
import { writeRefusal } from '#posiv-wit/generated/p2p/admission.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { startMemoryNode, type MemoryNode } from '../support/memory-node.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { rootKey } from '../support/test-root.ts';

async function world() {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const first = await startMemoryNode(network, { name: 'first', ticket: '' });
  await clock.advance(10);
  const { text: ticket } = await first.mesh.admission.createTicket({});
  return { clock, network, ticket };
}

/** Another version of the protocol, whose nodes refuse those of this one. */
function older(network: MemoryNetwork, greets: boolean): void {
  RawPeer.listen(network, 'old', (peer) => {
    if (greets) return peer.greet({ protocol: PROTOCOL - 1 });
    const message = `protocol ${PROTOCOL} was offered, this cluster speaks ${PROTOCOL - 1}`;
    peer.send(WIRE.refusal, encode(writeRefusal, { code: 'version-mismatch', message }));
  });
}

async function whyNot({ mesh }: MemoryNode): Promise<string> {
  const error = await mesh.whenReady(AbortSignal.abort()).then(
    () => new Error('it is ready'),
    (reason: unknown) => reason as Error & { code: string },
  );
  return `${error.message} [${(error as { code?: string }).code}]`;
}

for (const [what, greets] of [
  ['refuses it', false],
  ['it cannot read', true],
] as const) {
  test(`a node that joins by one of another version, which ${what}, ends and says which`, async (t) => {
    const { clock, network, ticket } = await world();
    older(network, greets);
    const node = await startMemoryNode(network, { name: 'new', ticket, from: ['old'] });
    await clock.advance(500);
    t.regex(await whyNot(node), /^protocol \d+ was offered, .*speaks \d+.*\[version-mismatch\]$/);
  });
}

test('a node that joins by one of another cluster than its ticket is of ends', async (t) => {
  const { clock, network, ticket } = await world();
  await startMemoryNode(network, { name: 'stranger', root: rootKey('another') });
  const node = await startMemoryNode(network, { name: 'new', ticket, from: ['stranger'] });
  await clock.advance(500);
  t.regex(await whyNot(node), /clusters cannot be merged.*\[foreign-cluster\]$/);
});

test('a node that has another address to join by does', async (t) => {
  const { clock, network, ticket } = await world();
  older(network, false);
  const node = await startMemoryNode(network, { name: 'new', ticket, from: ['old', 'first'] });
  await clock.advance(6_000);
  t.true(node.mesh.ready);
});

test('a node whose other address does not answer yet waits for it', async (t) => {
  const { clock, network, ticket } = await world();
  older(network, false);
  const node = await startMemoryNode(network, { name: 'new', ticket, from: ['old', 'later'] });
  await clock.advance(6_000);
  t.regex(await whyNot(node), /no member of a cluster has admitted this node yet.*\[not-ready\]$/);
});

test('a member that finds its cluster in another version goes on', async (t) => {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  older(network, false);
  const node = await startMemoryNode(network, { name: 'member', from: ['old'] });
  await clock.advance(6_000);
  t.regex(await whyNot(node), /\[not-ready\]$/);
});
