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

test('where many have joined nobody is dialled before a quarter of a second without another one', async (t) => {
  const clock = new ManualClock();
  const turns = turnsOf(clock);
  const diallers = new Diallers(turns);
  turns.met(4);
  for (const name of ['a', 'b', 'c', 'd']) await diallers.dial(name);
  await clock.advance(200);
  turns.met(1);
  await diallers.dial('e');
  await clock.advance(249);
  await settled();
  t.deepEqual(diallers.begun, []);
  await clock.advance(1);
  await settled();
  t.deepEqual(diallers.begun, ['a', 'b', 'c']);
  await diallers.end('a');
  t.deepEqual(diallers.begun, ['a', 'b', 'c', 'd']);
});

test('where there is no end to those that join they are dialled after two seconds', async (t) => {
  const clock = new ManualClock();
  const turns = turnsOf(clock);
  const diallers = new Diallers(turns);
  turns.met(4);
  await diallers.dial('a');
  for (let ms = 0; ms < 2_000; ms += 100) {
    t.deepEqual(diallers.begun, []);
    turns.met(1);
    await clock.advance(100);
    await settled();
  }
  t.deepEqual(diallers.begun, ['a']);
});

test('those whose turn has come go on, and who follows them waits, where many join meanwhile', async (t) => {
  const clock = new ManualClock();
  const turns = turnsOf(clock);
  const diallers = new Diallers(turns);
  for (const name of ['a', 'b', 'c', 'd']) await diallers.dial(name);
  turns.met(5);
  await diallers.end('a');
  t.deepEqual(diallers.begun, ['a', 'b', 'c']);
  await clock.advance(250);
  await settled();
  t.deepEqual(diallers.begun, ['a', 'b', 'c', 'd']);
});

test('as few as are dialled at a time are dialled at once', async (t) => {
  const turns = turnsOf(new ManualClock());
  const diallers = new Diallers(turns);
  turns.met(3);
  for (const name of ['a', 'b', 'c']) await diallers.dial(name);
  t.deepEqual(diallers.begun, ['a', 'b', 'c']);
});
