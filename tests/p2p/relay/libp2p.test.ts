import { createHash } from 'node:crypto';
import test from 'ava';
import { startNode, type RealNode } from '../support/real-node.ts';

const NOWHERE = '/ip4/127.0.0.1/tcp/1'; // nobody listens there, so nobody reaches who says that it does

/** Nodes that reach the first alone. */
async function hidden(relay: RealNode, names: readonly string[]): Promise<RealNode[]> {
  const nodes: RealNode[] = [];
  for (const name of names) {
    const node = await startNode({ name, announce: [NOWHERE], bootstrap: [relay.address] });
    await node.network.whenReady(AbortSignal.timeout(60_000));
    nodes.push(node);
  }
  return nodes;
}

function relayAt(node: RealNode, of: RealNode): string | undefined {
  const member = node.network.members().find(({ id }) => id === of.network.self);
  return member?.connected ? (member.relay ?? 'none') : undefined;
}

test('over libp2p, frames and pulls go by way of a relay, and by another when it ends', async (t) => {
  await using cleanup = new AsyncDisposableStack();
  const first = await startNode({ name: 'first' });
  cleanup.defer(() => first.network[Symbol.asyncDispose]());
  const second = cleanup.use(await startNode({ name: 'second', bootstrap: [first.address] }));
  const [a, b] = await hidden(first, ['a', 'b']);
  cleanup.use(a!);
  cleanup.use(b!);
  await a!.events.until(() => relayAt(a!, b!) !== undefined);
  const relays = [first, second];
  const taken = relays.find(({ network }) => network.self === relayAt(a!, b!))!;

  const bytes = Buffer.alloc(24_000_000, 'a pull that is larger than all windows together ');
  b!.network.serveBulk((_name, offset, size) => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(offset, offset + size);
    }
    return Promise.resolve({ size: bytes.length, chunks: chunks() });
  });
  const hash = createHash('sha256');
  const signal = AbortSignal.timeout(120_000);
  for await (const part of a!.network.pull(b!.network.self, 'x', 0, bytes.length, signal))
    hash.update(part);
  t.is(hash.digest('hex'), createHash('sha256').update(bytes).digest('hex'));

  t.true(a!.network.send(b!.network.self, Uint8Array.of(1)));
  await b!.events.until(() => b!.events.frames().length === 1);

  await taken.network[Symbol.asyncDispose]();
  await a!.events.until(() => ![undefined, taken.network.self].includes(relayAt(a!, b!)));
  t.is(relayAt(a!, b!), relays.find((relay) => relay !== taken)!.network.self);
  t.true(a!.network.send(b!.network.self, Uint8Array.of(2)));
  await b!.events.until(() => b!.events.frames().length === 2);
  t.false(a!.events.opinions(b!.network.self).includes('unreachable'));
});
