import test from 'ava';
import { relief } from '#services/machine/guests/balance.ts';

const GIB = 2 ** 30;

function host(node: string, usedGib: number, load = 10) {
  return { node, memoryUsed: usedGib * GIB, memoryLimit: 10 * GIB, load };
}

function machine(name: string, node: string, gib: number) {
  return { name, node, memory: gib * GIB };
}

const everywhere = () => ['a', 'b', 'c'];

test('the smallest machine leaves a node whose memory is nearly promised, for the one that the strategy prefers', (t) => {
  const movable = [machine('large', 'a', 4), machine('small', 'a', 1), machine('other', 'b', 1)];
  const found = relief([host('a', 9), host('b', 3), host('c', 2)], movable, everywhere);
  t.deepEqual([found?.machine.name, found?.node], ['small', 'b']);
});

test('a machine leaves a node on which processors are waited for', (t) => {
  const found = relief([host('a', 2, 300), host('b', 3, 50)], [machine('m', 'a', 1)], everywhere);
  t.deepEqual([found?.machine.name, found?.node], ['m', 'b']);
});

test('nothing is moved where no node is overloaded', (t) => {
  t.is(relief([host('a', 8), host('b', 0)], [machine('m', 'a', 1)], everywhere), undefined);
});

test('nothing is moved to a node that would be little better off, or that it cannot go on on', (t) => {
  const movable = [machine('m', 'a', 1)];
  t.is(relief([host('a', 9), host('b', 7)], movable, everywhere), undefined);
  t.is(relief([host('a', 9, 400), host('b', 1, 380)], movable, everywhere), undefined);
  t.is(
    relief([host('a', 9), host('b', 1)], movable, () => []),
    undefined,
  );
});
