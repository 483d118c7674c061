import test from 'ava';
import { Neighbours } from '#p2p/neighbours.ts';
import { ManualClock } from './support/manual-clock.ts';
import { quiet } from '#tests/support/quiet.ts';

interface Dial {
  readonly address: string;
  readonly fail: () => void;
}

/** Neighbours whose dials end when the test says so. */
function heardBy(settled: readonly string[] = []) {
  const clock = new ManualClock();
  const dials: Dial[] = [];
  const greet = (address: string): Promise<never> =>
    new Promise((_, reject) => {
      dials.push({ address, fail: () => reject(new Error('nobody')) });
    });
  const neighbours = new Neighbours(
    { clock, logger: quiet, greeter: { greet } },
    { isSettled: (id) => settled.includes(id) },
  );
  return { clock, dials, neighbours };
}

async function failAll(dials: readonly Dial[]): Promise<void> {
  for (const { fail } of dials) fail();
  await new Promise((resolve) => setImmediate(resolve));
}

test('a neighbour is dialled at its addresses in turn, four at most, and again after a minute', async (t) => {
  const { clock, dials, neighbours } = heardBy();
  const hear = (): void => neighbours.heard('n', ['1', '2', '3', '4', '5']);
  hear();
  for (let at = 0; at < 6; at += 1) await failAll(dials.slice(at));
  hear();
  t.deepEqual(
    dials.map(({ address }) => address),
    ['1', '2', '3', '4'],
  );
  await clock.advance(60_000);
  hear();
  t.is(dials.length, 5);
});

test('one that is connected or taken out is left alone', (t) => {
  const { dials, neighbours } = heardBy(['n']);
  neighbours.heard('n', ['1']);
  t.is(dials.length, 0);
});

test('however many claim to be there, eight are dialled at a time and 256 in a minute', async (t) => {
  const { clock, dials, neighbours } = heardBy();
  for (let at = 0; at < 1_000; at += 1) neighbours.heard(`n${at}`, ['1']);
  t.is(dials.length, 8);
  for (let at = 0; at < 1_000; at += 1) {
    await failAll(dials);
    neighbours.heard(`m${at}`, ['1']);
  }
  t.is(dials.length, 256);
  await clock.advance(60_000);
  await failAll(dials);
  neighbours.heard('late', ['1']);
  t.is(dials.length, 257);
});

test('after the end nobody is dialled', (t) => {
  const { dials, neighbours } = heardBy();
  neighbours[Symbol.dispose]();
  neighbours.heard('n', ['1']);
  t.is(dials.length, 0);
});
