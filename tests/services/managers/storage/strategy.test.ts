import test from 'ava';
import type { NodeView } from '#posiv-wit/generated/managers.ts';
import { keep } from '#services/managers/storage/strategy.ts';

function view(reachable: Readonly<Record<string, boolean>>): NodeView[] {
  const rest = { lanes: 1, vtasks: 0, memoryUsed: 0, memoryLimit: 1, pending: 0 };
  return Object.entries(reachable).map(([id, up]) => ({ id, reachable: up, ...rest }));
}

const stripe = (index: number, seed = 0) => ({ index, size: 16_777_216, seed });

test('the stripes of a blob are dealt evenly to the nodes that can be reached', (t) => {
  const nodes = view({ a: true, b: true, c: false, d: true });
  const first = Array.from({ length: 30 }, (_, index) => keep(nodes, stripe(index, 7))[0] ?? '');
  const counts = Map.groupBy(first, (node) => node);
  t.deepEqual([...counts.keys()].toSorted(), ['a', 'b', 'd']);
  t.true([...counts.values()].every(({ length }) => length === 10));
});

test('every node that can be reached is named, so that there is another to try', (t) => {
  const nodes = view({ a: true, b: true, c: false });
  t.deepEqual([...keep(nodes, stripe(5))].toSorted(), ['a', 'b']);
});

test('blobs of other seeds begin at other nodes', (t) => {
  const nodes = view({ a: true, b: true, c: true });
  t.is(new Set([0, 1, 2].map((seed) => keep(nodes, stripe(0, seed))[0])).size, 3);
});

test('the greatest seed and index still name a node', (t) => {
  t.is(keep(view({ a: true, b: true }), stripe(0xffff_ffff, 0xffff_ffff)).length, 2);
});

test('where no node can be reached none is named', (t) => {
  t.deepEqual(keep(view({ a: false }), stripe(0)), []);
});
