import test from 'ava';
import { PunctualTimers } from '#p2p/membership/punctual-timers.ts';
import { parametersOf } from '#p2p/membership/settings.ts';
import { Suspicion } from '#p2p/membership/suspicion.ts';
import { ManualClock } from '../support/manual-clock.ts';

interface Scene {
  clock: ManualClock;
  suspicion: Suspicion;
  /** When it expired. */
  expired(): number | undefined;
}

/** With 100 members: between 3,500 and 21,000 ms. */
function scene(members = 100): Scene {
  const clock = new ManualClock();
  let at: number | undefined;
  const suspicion = new Suspicion(new PunctualTimers(clock), {
    members,
    parameters: parametersOf({}),
    onExpired: () => {
      at = clock.now();
    },
  });
  return { clock, suspicion, expired: () => at };
}

test('a suspicion of one accuser takes the longest time', async (t) => {
  const { clock, suspicion, expired } = scene();
  suspicion.accuse('a', false);
  await clock.advance(30_000);
  t.is(expired(), 21_000);
});

test('each accuser brings the verdict nearer, and the fourth to the least time', async (t) => {
  const times = [];
  for (const accusers of [
    ['a', 'b'],
    ['a', 'b', 'c'],
    ['a', 'b', 'c', 'd'],
  ]) {
    const { clock, suspicion, expired } = scene();
    for (const accuser of accusers) t.true(suspicion.accuse(accuser, false));
    await clock.advance(30_000);
    times.push(Math.round(expired()!));
  }
  t.deepEqual(times, [12_250, 7_132, 3_500]); // 21,000 - 17,500 * log(c + 1) / log(4), as Lifeguard has it
});

test('an accuser that repeats itself, and a fifth one, are no news', (t) => {
  const { suspicion } = scene();
  const news = ['a', 'a', 'b', 'c', 'd', 'e'].map((accuser) => suspicion.accuse(accuser, false));
  t.deepEqual(news, [true, false, true, true, true, false]);
});

test('the verdict follows when what is unread can have been read, where the last accuser comes after the least time', async (t) => {
  const { clock, suspicion, expired } = scene();
  for (const accuser of ['a', 'b', 'c']) suspicion.accuse(accuser, false);
  await clock.advance(5_000);
  suspicion.accuse('d', false);
  await clock.advance(100);
  t.is(expired(), 5_050);
});

test('three closed connections are no end of a process, four are', async (t) => {
  const { clock, suspicion, expired } = scene();
  for (const accuser of ['a', 'b', 'c']) suspicion.accuse(accuser, true);
  await clock.advance(1_000);
  t.is(expired(), undefined);
  suspicion.accuse('d', true);
  await clock.advance(1);
  t.is(expired(), 1_000);
});

test('with three members the closed connections of the two others are enough', async (t) => {
  const { clock, suspicion, expired } = scene(3);
  suspicion.accuse('a', true);
  await clock.advance(50);
  suspicion.accuse('b', true);
  await clock.advance(1_000);
  t.is(expired(), 100);
});

test('an accuser whose connection closes later counts among the closed ones', async (t) => {
  const { clock, suspicion, expired } = scene(3);
  suspicion.accuse('a', false);
  suspicion.accuse('b', true);
  t.true(suspicion.accuse('a', true));
  await clock.advance(1_000);
  t.is(expired(), 100);
});

test('what was refuted does not expire', async (t) => {
  const { clock, suspicion, expired } = scene();
  suspicion.accuse('a', false);
  suspicion.end();
  await clock.advance(60_000);
  t.is(expired(), undefined);
});

test('a suspicion does not expire while this node was held up, but as much later', async (t) => {
  const { clock, suspicion, expired } = scene(10);
  for (const accuser of ['a', 'b', 'c', 'd']) suspicion.accuse(accuser, false);
  clock.jump(2_000); // it was due at 1,750
  await clock.advance(0);
  t.is(expired(), undefined);
  await clock.advance(1_000);
  t.is(expired(), 2_250);
});
