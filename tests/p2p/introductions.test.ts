import test from 'ava';
import { ManualClock } from './support/manual-clock.ts';
import { memoryId, MemoryNetwork } from './support/memory-network.ts';
import { standingAt, startMemoryNode, upAt, type MemoryNode } from './support/memory-node.ts';

interface World {
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
  readonly start: (name: string, ...from: string[]) => Promise<MemoryNode>;
}

function world(): World {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const start = (name: string, ...from: string[]): Promise<MemoryNode> =>
    startMemoryNode(network, { name, from });
  return { clock, network, start };
}

test('a node is known to those whom the first that it meets is connected with, before it meets them', async (t) => {
  const { clock, network, start } = world();
  await start('a');
  const b = await start('b', 'a');
  await clock.advance(1_000);
  network.wall(b.id, memoryId('c'));
  const c = await start('c', 'a');
  await clock.advance(50);
  t.is(standingAt(b, c), 'up');
  t.is(standingAt(c, b), 'up');
  t.deepEqual(upAt(b), [memoryId('a')], 'and has no connection with it');
});

for (let apart = 0; apart <= 12; apart++) {
  test(`of two that join ${apart} ms apart each knows the other before they meet`, async (t) => {
    const { clock, network, start } = world();
    await start('a');
    await clock.advance(100);
    network.wall(memoryId('b'), memoryId('c'));
    const b = await start('b', 'a');
    await clock.advance(apart);
    const c = await start('c', 'a');
    await clock.advance(50);
    t.is(standingAt(b, c), 'up');
    t.is(standingAt(c, b), 'up');
  });
}

test('a node that starts anew is known to be there by those that cannot reach it', async (t) => {
  const { clock, network, start } = world();
  const a = await start('a');
  const b = await start('b', 'a');
  const c = await start('c', 'a');
  await clock.advance(1_000);
  await c.mesh[Symbol.asyncDispose]();
  await clock.advance(5_000);
  t.is(standingAt(b, c), 'unreachable');
  network.wall(b.id, c.id);
  const { roster, identity, store } = c;
  await startMemoryNode(network, { name: 'c', from: ['a'], roster, identity, store });
  await clock.advance(50);
  t.true(upAt(a).includes(c.id));
  t.is(standingAt(b, c), 'up');
  t.is(b.mesh.members().find(({ id }) => id === c.id)?.incarnation, 2);
});

test('a node is ready only once those whom it has but heard of have acknowledged it', async (t) => {
  const { clock, network, start } = world();
  await start('a');
  const b = await start('b', 'a');
  await clock.advance(1_000);
  network.wall(b.id, memoryId('c'));
  network.freeze(b.id);
  const c = await start('c', 'a');
  await clock.advance(20_000);
  t.false(c.mesh.ready);
});
