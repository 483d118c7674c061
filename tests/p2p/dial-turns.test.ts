import test from 'ava';
import { DialTurns } from '#p2p/dial-turns.ts';
import { ManualClock } from './support/manual-clock.ts';

const { signal } = new AbortController();

function turnsOf(clock: ManualClock): DialTurns {
  return new DialTurns({ clock, random: { next: () => 0 } });
}

/** Who has had a turn so far, in that order. */
class Diallers {
  readonly begun: string[] = [];
  readonly ends = new Map<string, () => void>();
  readonly #turns: DialTurns;

  constructor(turns: DialTurns) {
    this.#turns = turns;
  }

  async dial(name: string, isPreferred = true, given = signal): Promise<void> {
    const taken = this.#turns.take(isPreferred, given).then((end) => {
      this.begun.push(name);
      this.ends.set(name, end);
    });
    taken.catch(() => {}); // the test that gives it up looks at it itself
    await settled();
  }

  async end(name: string): Promise<void> {
    this.ends.get(name)!();
    await settled();
  }
}

/** Lets all that has been promised by now come about. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('three are dialled at a time, and the next one when one of them is done', async (t) => {
  const diallers = new Diallers(turnsOf(new ManualClock()));
  for (const name of ['a', 'b', 'c', 'd', 'e']) await diallers.dial(name);
  t.deepEqual(diallers.begun, ['a', 'b', 'c']);
  await diallers.end('b');
  await diallers.end('b');
  t.deepEqual(diallers.begun, ['a', 'b', 'c', 'd'], 'a turn ends once');
});

test('one that is not answered keeps the others waiting for half a second, and no longer', async (t) => {
  const clock = new ManualClock();
  const diallers = new Diallers(turnsOf(clock));
  for (const name of ['a', 'b', 'c', 'd']) await diallers.dial(name);
  await clock.advance(499);
  await settled();
  t.is(diallers.begun.length, 3);
  await clock.advance(1);
  await settled();
  t.deepEqual(diallers.begun, ['a', 'b', 'c', 'd']);
});

test('those whose dial would stay come first', async (t) => {
  const diallers = new Diallers(turnsOf(new ManualClock()));
  for (const name of ['a', 'b', 'c']) await diallers.dial(name);
  await diallers.dial('later', false);
  await diallers.dial('sooner', true);
  await diallers.end('a');
  t.is(diallers.begun.at(-1), 'sooner');
  await diallers.end('b');
  t.is(diallers.begun.at(-1), 'later');
});

test('who does not want to dial any more takes nobody’s turn', async (t) => {
  const diallers = new Diallers(turnsOf(new ManualClock()));
  for (const name of ['a', 'b', 'c']) await diallers.dial(name);
  const giving = new AbortController();
  await diallers.dial('given up', true, giving.signal);
  await diallers.dial('d');
  giving.abort(new Error('it is connected'));
  await settled();
  await diallers.end('a');
  t.deepEqual(diallers.begun, ['a', 'b', 'c', 'd']);
});
