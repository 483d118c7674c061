import test from 'ava';
import { ManualClock } from '../support/manual-clock.ts';
import { memoryId, MemoryNetwork } from '../support/memory-network.ts';
import { standingAt, startMemoryNode, type MemoryNode } from '../support/memory-node.ts';
import { blob, consume, never, serveBytes } from '../support/bulk-scene.ts';

interface Scene {
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
  /** Of which the first two cannot dial each other. */
  readonly nodes: readonly [MemoryNode, MemoryNode, ...MemoryNode[]];
}

/** Two nodes with a wall in between, and so many others that reach both. */
async function walled(relays: number): Promise<Scene> {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  network.wall(memoryId('a'), memoryId('b'));
  const others: MemoryNode[] = [];
  for (let at = 0; at < relays; at++)
    others.push(await startMemoryNode(network, { name: `r${at}`, from: at === 0 ? [] : ['r0'] }));
  const a = await startMemoryNode(network, { name: 'a', from: ['r0'] });
  await clock.advance(1_000);
  const b = await startMemoryNode(network, { name: 'b', from: ['r0'] });
  await clock.advance(5_000);
  return { clock, network, nodes: [a, b, ...others] };
}

function relayAt(node: MemoryNode, of: MemoryNode): string | undefined {
  const member = node.mesh.members().find(({ id }) => id === of.id);
  return member?.connected ? (member.relay ?? 'none') : undefined;
}

function numbered(node: MemoryNode): number[] {
  return node.events
    .frames()
    .map(({ buffer, byteOffset }) => new DataView(buffer, byteOffset).getUint32(0));
}

function frame(at: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, at);
  return bytes;
}

function asked(node: MemoryNode): number {
  return node.logger.lines.filter(({ fields }) => String(fields.address).startsWith('circuit:'))
    .length;
}

test('a node that cannot reach a member joins the cluster by way of another, and says so', async (t) => {
  const { nodes } = await walled(1);
  const [a, b, relay] = nodes;
  t.true(nodes.every(({ mesh }) => mesh.ready));
  t.is(relayAt(a, b), relay!.id);
  t.is(relayAt(b, a), relay!.id);
  t.is(relayAt(a, relay!), 'none');
  t.deepEqual(a.events.changes(b.id), ['up']);
});

test('frames come in order and pulls in full by way of a relay', async (t) => {
  const { clock, nodes } = await walled(1);
  const [a, b] = nodes;
  for (let at = 0; at < 100; at++) t.true(a.mesh.send(b.id, frame(at)));
  const bytes = blob(1_500_000);
  serveBytes(b, bytes);
  const parts: Uint8Array[] = [];
  const pulling = (async () => {
    for await (const part of a.mesh.pull(b.id, 'blob', 0, bytes.length, never)) parts.push(part);
  })();
  await clock.advance(5_000);
  await pulling;
  t.deepEqual(
    numbered(b),
    Array.from({ length: 100 }, (_, at) => at),
  );
  t.deepEqual(Buffer.concat(parts), Buffer.from(bytes));
});

test('when a relay ends another takes its place, and nobody is taken for unreachable but the relay', async (t) => {
  const { clock, nodes } = await walled(3);
  const [a, b, ...relays] = nodes;
  const first = relays.find(({ id }) => id === relayAt(a, b))!;
  await first.mesh[Symbol.asyncDispose]();
  await clock.advance(3_000);
  const second = relays.find(({ id }) => id === relayAt(a, b));
  t.truthy(second);
  t.not(second, first);
  t.is(relayAt(b, a), second!.id);
  await clock.advance(10_000);
  t.is(standingAt(a, b), 'up');
  t.false(a.events.opinions(b.id).includes('unreachable'));
  t.true(a.mesh.send(b.id, frame(7)));
  await clock.advance(10);
  t.deepEqual(numbered(b), [7]);
});

test('once the wall is gone the way is direct, and no frame is lost, doubled or overtaken', async (t) => {
  const { clock, network, nodes } = await walled(1);
  const [a, b] = nodes;
  network.openWalls();
  let sent = 0;
  for (let ms = 0; ms < 40_000; ms += 5) {
    t.true(a.mesh.send(b.id, frame(sent)));
    t.true(b.mesh.send(a.id, frame(sent)));
    sent++;
    await clock.advance(5);
  }
  await clock.advance(100);
  t.is(relayAt(a, b), 'none');
  t.is(relayAt(b, a), 'none');
  const all = Array.from({ length: sent }, (_, at) => at);
  t.deepEqual(numbered(b), all);
  t.deepEqual(numbered(a), all);
  t.deepEqual(a.events.changes(b.id), ['up']);
  t.deepEqual(b.events.changes(a.id), ['up']);
  t.is(network.between(a.id, b.id).length, 1);
});

test('a relay that nobody can dial dials the legs itself', async (t) => {
  const { clock, network, nodes } = await walled(1);
  const [a, b, relay] = nodes;
  network.hide(relay!.id, [a.id, b.id]);
  await clock.advance(10_000);
  t.is(relayAt(a, b), relay!.id);
  t.is(relayAt(b, a), relay!.id);
  t.true(network.between(relay!.id, a.id).every(({ dialled }) => dialled));
});

test('who is held for gone by everybody is not asked for', async (t) => {
  const { clock, nodes } = await walled(1);
  const [a, b, relay] = nodes;
  await b.mesh[Symbol.asyncDispose]();
  await clock.advance(10_000);
  t.not(standingAt(a, b), 'up');
  const before = asked(a);
  await clock.advance(60_000);
  t.is(asked(a), before);
  t.is(relayAt(a, relay!), 'none');
});

test('what is passed on ends when the relay loses one of both', async (t) => {
  const { clock, network, nodes } = await walled(1);
  const [a, b, relay] = nodes;
  network.wall(a.id, relay!.id);
  await clock.advance(20);
  t.is(relayAt(a, b), undefined);
  t.is(relayAt(b, a), undefined);
  network.openWalls();
  network.wall(a.id, b.id);
  await clock.advance(10_000);
  t.is(relayAt(a, b), relay!.id);
});

test('who cannot be dialled is pulled from all the same, on a connection that it dials', async (t) => {
  const { clock, network, nodes } = await walled(1);
  const [a, b, relay] = nodes;
  network.hide(a.id, [relay!.id, b.id]);
  await clock.advance(10_000);
  t.is(relayAt(relay!, a), 'none');
  const bytes = blob(200_000);
  serveBytes(a, bytes);
  const parts: Uint8Array[] = [];
  const pulling = (async () => {
    for await (const part of relay!.mesh.pull(a.id, 'blob', 0, bytes.length, never))
      parts.push(part);
  })();
  await clock.advance(5_000);
  await pulling;
  t.deepEqual(Buffer.concat(parts), Buffer.from(bytes));
});

test('once the way is direct the next pull goes that way, and the one that is under way goes on by the relay', async (t) => {
  const { clock, network, nodes } = await walled(1);
  const [a, b, relay] = nodes;
  const bytes = blob(3_000_000);
  serveBytes(b, bytes);
  const legs = network.between(a.id, relay!.id).length;
  const rest = Promise.withResolvers<void>();
  const pull = (): AsyncIterable<Uint8Array> => a.mesh.pull(b.id, 'blob', 0, bytes.length, never);
  const first = consume(pull(), () => rest.promise);
  await clock.advance(100);
  t.is(network.between(a.id, relay!.id).length, legs + 1);
  network.openWalls();
  await clock.advance(40_000);
  t.is(relayAt(a, b), 'none');
  t.is(network.between(a.id, b.id).length, 1);

  const second = consume(pull());
  await clock.advance(1_000);
  t.deepEqual(Buffer.concat(second.bytes), Buffer.from(bytes));
  t.is(network.between(a.id, b.id).length, 2);
  t.false(first.done);
  rest.resolve();
  await clock.advance(1_000);
  t.is(first.error, undefined);
  t.deepEqual(Buffer.concat(first.bytes), Buffer.from(bytes));
  t.is(network.between(a.id, relay!.id).length, 1);

  await clock.advance(31_000);
  t.is(network.between(a.id, b.id).length, 1);
  const third = consume(pull());
  await clock.advance(1_000);
  t.deepEqual(Buffer.concat(third.bytes), Buffer.from(bytes));
});
