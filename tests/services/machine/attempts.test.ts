import test from 'ava';
import { Attempts } from '#services/machine/guests/attempts.ts';

const SECOND_MS = 1_000;

test('a machine that could not leave is tried later and later, a minute apart at most', (t) => {
  const attempts = new Attempts();
  t.true(attempts.isDue('m', 0));
  let now = 0;
  const waits: number[] = [];
  for (let tries = 0; tries < 7; tries += 1) {
    attempts.failed('m', now);
    const failedAt = now;
    while (!attempts.isDue('m', now)) now += SECOND_MS;
    waits.push((now - failedAt) / SECOND_MS);
  }
  t.deepEqual(waits, [4, 8, 16, 32, 60, 60, 60]);
  t.true(attempts.isDue('other', now));
});

test('one that has left, or was not tried for long, is as one that never failed', (t) => {
  const attempts = new Attempts();
  t.true(attempts.failed('m', 0));
  t.false(attempts.failed('m', 4 * SECOND_MS));
  attempts.left('m');
  t.true(attempts.isDue('m', 5 * SECOND_MS));
  t.true(attempts.failed('m', 5 * SECOND_MS));
  t.true(attempts.failed('m', 600 * SECOND_MS));
  t.true(attempts.isDue('m', 604 * SECOND_MS));
});

test('a node that said that it is full is left out for half a minute, for the machines that are alike', (t) => {
  const attempts = new Attempts();
  attempts.full('b', 'web', 0);
  const nodes = ['a', 'b', 'c'];
  t.deepEqual(attempts.roomy(nodes, 'web', 29 * SECOND_MS), ['a', 'c']);
  t.deepEqual(attempts.roomy(nodes, 'db', 29 * SECOND_MS), nodes);
  t.deepEqual(attempts.roomy(nodes, 'web', 30 * SECOND_MS), nodes);
});
