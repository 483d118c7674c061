import test from 'ava';
import { systemRandom } from '#kernel/system-random.ts';
import { birthLife, birthNode, mintVtid, mintVtids } from '#kernel/vtid.ts';

const NODE = `n${'k'.repeat(16)}`;
const MOST = 2 ** 50 - 1;

for (const incarnation of [1, 31, 32, 1_000, 2 ** 32, MOST])
  test(`a vtid says its node and life ${incarnation} of it, and nobody has to be asked`, (t) => {
    const vtid = mintVtid({ self: NODE, incarnation }, systemRandom);
    t.regex(vtid, /^[a-z2-7]{43,52}$/);
    t.is(birthNode(vtid), NODE);
    t.is(birthLife(vtid), incarnation);
  });

test('what a vtid is made of stays as it is: they stand in registers, and nodes read those of others', (t) => {
  const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, at) => at);
  const vtid = mintVtid({ self: NODE, incarnation: 1_000 }, { bytes, next: () => 0 });
  t.is(vtid, 'kkkkkkkkkkkkkkkk7iaaaqeayeaudaocajbifqydiob4');
});

test('128 bits of each vtid are random, whatever else it says', (t) => {
  const ones = { bytes: (n: number) => new Uint8Array(n).fill(0xff), next: () => 0 };
  const zeros = { bytes: (n: number) => new Uint8Array(n), next: () => 0 };
  const life = { self: NODE, incarnation: 7 };
  const [most, least] = [mintVtid(life, ones), mintVtid(life, zeros)];
  t.is(most.slice(0, -26), least.slice(0, -26));
  t.is(most.slice(-26), `${'7'.repeat(25)}4`);
  t.is(least.slice(-26), 'a'.repeat(26));
  const many = mintVtids(life, systemRandom, 1_000);
  t.is(new Set(many.map((vtid) => vtid.slice(-26))).size, 1_000);
});

test('two vtids that differ in their life alone are of two lives', (t) => {
  const bytes = (n: number): Uint8Array => new Uint8Array(n).fill(9);
  const random = { bytes, next: () => 0 };
  const lives = [1, 2, 33, 34].map((incarnation) => mintVtid({ self: NODE, incarnation }, random));
  t.deepEqual(lives.map(birthLife), [1, 2, 33, 34]);
  t.deepEqual(lives.map(birthLife), [1, 2, 33, 34], 'also when they are looked at again');
});

test('a vtid of a version that said no life is of none that a node has', (t) => {
  const old = 'k'.repeat(42);
  t.is(birthNode(old), NODE);
  t.is(birthLife(old), 0);
});

test('what is too short, too long or has other characters is no vtid', (t) => {
  const vtid = mintVtid({ self: NODE, incarnation: MOST }, systemRandom);
  for (const none of [
    '',
    'nobody',
    'k'.repeat(41),
    `${vtid}a`,
    vtid.toUpperCase(),
    `${vtid.slice(1)}!`,
  ]) {
    t.is(birthNode(none), undefined, none);
    t.is(birthLife(none), 0, none);
  }
});
