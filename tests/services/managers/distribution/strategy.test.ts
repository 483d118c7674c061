import test from 'ava';
import type { Candidate } from '#posiv-wit/generated/managers.ts';
import { rank } from '#services/managers/distribution/strategy.ts';

const candidate = (change: Partial<Candidate>): Candidate => ({
  node: 'x',
  local: false,
  reachable: true,
  roundTripUs: 100,
  outstanding: 0,
  ...change,
});

test('the node itself comes first, however busy', (t) => {
  const candidates = [candidate({}), candidate({ local: true, outstanding: 99 })];
  t.deepEqual(rank(candidates), [1, 0]);
});

test('of the others the least busy comes first, then the nearest, then the first', (t) => {
  const candidates = [
    candidate({ outstanding: 2, roundTripUs: 1 }),
    candidate({ outstanding: 1, roundTripUs: 9 }),
    candidate({ outstanding: 1, roundTripUs: 5 }),
    candidate({ outstanding: 1, roundTripUs: 5 }),
  ];
  t.deepEqual(rank(candidates), [2, 3, 1, 0]);
});

test('who cannot be reached is not tried', (t) => {
  t.deepEqual(rank([candidate({ reachable: false }), candidate({})]), [1]);
  t.deepEqual(rank([]), []);
});
