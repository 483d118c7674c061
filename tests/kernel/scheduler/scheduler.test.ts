import test from 'ava';
import { type Runner, VERDICT } from '#kernel/scheduler/runner.ts';
import { USUAL_WEIGHT } from '#kernel/scheduler/share.ts';
import { settled } from '../../support/manual-clock.ts';
import { Lab, waitFor, WHOLE } from './support/lab.ts';

/** What its pass would be, had it run alone since the beginning. */
function msOf({ share }: Runner): number {
  return share.pass * USUAL_WEIGHT;
}

test('what was said so far is sent before a turn is given', async (t) => {
  const lab = new Lab();
  const [first, second] = [lab.add(), lab.add()];
  t.is(first.admit(lab.clock.now()), undefined);
  first.enter();
  lab.clock.advanceNow(3);
  const paused = first.pause();
  t.is(lab.flushed, 0);
  await paused;
  t.is(lab.flushed, 1);
  first.leave();
  t.is(second.admit(lab.clock.now()), undefined);
  t.is(lab.flushed, 1, 'nobody waits for whom it is the turn at once');
});

test('those who compute share the time by their weights, however many they are', async (t) => {
  const lab = new Lab();
  const classes = [1, 2, 4, 8].map((weight) => ({
    weight,
    runners: Array.from({ length: 50 }, () => lab.add({ weight, rate: 0 })),
  }));
  const all = classes.flatMap(({ runners }) => runners);
  await Promise.all(all.map((runner) => lab.spin(runner, 4_000)));
  const total = 15 * 50;
  for (const { weight, runners } of classes) {
    const used = runners.reduce((sum, { share }) => sum + share.usedMs, 0);
    const due = (4_000 * weight * 50) / total;
    t.true(Math.abs(used - due) < due * 0.05, `weight ${weight}: ${used} ms of ${due}`);
  }
});

test('one that waited is let in before those who compute, and cannot save up what it did not use', async (t) => {
  const lab = new Lab();
  const idle = lab.add();
  const spinner = lab.add();
  const spinning = lab.spin(spinner, 500);
  await settled();
  t.is(idle.admit(lab.clock.now()), undefined);
  idle.enter();
  lab.clock.advanceNow(3);
  t.is(idle.tick(), VERDICT.pause);
  await idle.pause();
  t.true(msOf(idle) >= msOf(spinner) - 5, 'it has used as much as the other from now on');
  idle.leave();
  await spinning;
});

test('one that waits and works by turns is let in at once though it is ahead of its part, by ten slices at most', async (t) => {
  const lab = new Lab();
  const worker = lab.add();
  const spinners = Array.from({ length: 10 }, () => lab.add());
  const spinning = spinners.map((spinner) => lab.spin(spinner, 400));
  await settled();
  const work = async (ms: number): Promise<boolean> => {
    const turn = worker.admit(lab.clock.now());
    await turn;
    worker.enter();
    lab.clock.advanceNow(ms);
    worker.leave();
    return turn === undefined;
  };
  while (await work(0.5)) await new Promise(setImmediate);
  const ahead = msOf(worker) - Math.min(...spinners.map(msOf));
  t.true(ahead > 17 && ahead < 23, `${ahead} ms`);
  await Promise.all(spinning);
  t.true(msOf(worker) <= Math.max(...spinners.map(msOf)) + 20.5);
});

test('of many that begin none comes before one that waited for something and is ahead of its part', async (t) => {
  const lab = new Lab();
  const [spinner, service] = [lab.add(), lab.add()];
  const run = (runner: Runner, ms: number): void => {
    runner.enter();
    lab.clock.advanceNow(ms);
    runner.leave();
  };
  for (const runner of [spinner, service]) run(runner, 30); // they have been there for some time
  spinner.enter();
  const paused = spinner.pause(); // nobody who comes is behind it
  run(service, 10);
  const children = Array.from({ length: 100 }, () => lab.add());
  const { come, done } = waitFor(lab, [...children, service], 0.25);
  come();
  while (done.length <= children.length) await new Promise(setImmediate);
  t.true(done.indexOf(service) < 5, `${done.indexOf(service)} of ${children.length} came before`);
  await paused;
});

test('what each of those does that get what they wait for at once is charged to it', async (t) => {
  const lab = new Lab();
  const runners = Array.from({ length: 10 }, () => lab.add());
  const { come } = waitFor(lab, runners, 0.5);
  come();
  await settled();
  t.deepEqual(
    runners.map(({ share }) => share.usedMs),
    runners.map(() => 0.5),
  );
});

test('however many get what they wait for at once, the event loop has its turns between them, and one that has used less is next', async (t) => {
  const lab = new Lab();
  const runners = Array.from({ length: 200 }, () => lab.add());
  const quiet = lab.add();
  const { come, done } = waitFor(lab, runners, 0.25);
  for (const [at, { share }] of runners.entries()) share.shift(30 + at);
  come();
  await new Promise(setImmediate);
  const woken = waitFor(lab, [quiet], 0.25);
  woken.come();
  const before = done.length;
  await new Promise(setImmediate);
  t.is(woken.done.length, 1);
  let most = done.length - before;
  for (let had = done.length; done.length < runners.length; had = done.length) {
    await new Promise(setImmediate);
    most = Math.max(most, done.length - had);
  }
  t.true(before < 30 && most < 30, `${before} and ${most} in one turn`);
});

test('time in which others had the processor is charged to nobody', (t) => {
  const lab = new Lab();
  const runner = lab.add();
  const run = (ms: number, stolenMs: number): void => {
    runner.enter();
    lab.clock.advanceNow(ms);
    lab.stolenMs += stolenMs;
    runner.leave();
  };
  run(2, 0);
  t.is(runner.share.usedMs, 2);
  run(5, 4);
  t.is(runner.share.usedMs, 3);
  run(0.25, 0.25);
  t.is(runner.share.usedMs, 3.25, 'too short to be looked at');
  run(1, 0);
  t.is(runner.share.usedMs, 4, 'what was too much is taken off the next long one');
  lab.clock.advanceNow(100);
  run(1, 0.5);
  t.is(runner.share.usedMs, 5, 'what the thread did otherwise meanwhile counts for it');
});

test('one that runs again and again without ever using up its slice waits for those who have had less', async (t) => {
  const lab = new Lab();
  const spinner = lab.add();
  const sneak = lab.add();
  const until = 400;
  const sneaking = (async () => {
    while (lab.clock.now() < until) {
      await sneak.admit(lab.clock.now());
      sneak.enter();
      lab.clock.advanceNow(1.5); // less than a slice, so that no check ever pauses it
      sneak.leave();
      await Promise.resolve();
    }
  })();
  await Promise.all([lab.spin(spinner, until), sneaking]);
  const ahead = sneak.share.usedMs - spinner.share.usedMs;
  t.true(ahead >= 0 && ahead < 23, `${ahead} ms: more than it may borrow`);
});

test('who is held back, by a deadline or by a rate, saves up nothing meanwhile', async (t) => {
  const held = new Lab();
  const [spinner, waiting] = [held.add(), held.add()];
  await held.spin(spinner, 1_000);
  held.deadline = held.clock.now();
  const woken = waiting.admit(held.clock.now())!;
  held.deadline = Infinity;
  await held.clock.advance(20);
  await woken;
  t.true(msOf(waiting) >= msOf(spinner) - 2, `${msOf(waiting)}`);

  const slow = new Lab();
  const [other, throttled] = [slow.add(), slow.add({ ...WHOLE, rate: 10 })];
  throttled.enter();
  slow.clock.advanceNow(200);
  throttled.leave();
  const letIn = throttled.admit(slow.clock.now())!;
  await slow.spin(other, 2_000);
  throttled.share.adjust(WHOLE, slow.clock.now());
  await slow.clock.advance(100);
  await letIn;
  t.true(msOf(throttled) >= msOf(other) - 2, `${msOf(throttled)}`);
});

test('a rate holds back one that nobody else competes with', async (t) => {
  const lab = new Lab();
  const runner = lab.add({ weight: 1, rate: 250 });
  const spinning = lab.spin(runner, 2_000);
  while (lab.clock.now() < 2_000) await lab.clock.advance(1);
  await spinning;
  t.true(Math.abs(runner.share.usedMs - 500) < 50, `${runner.share.usedMs} ms of 2,000`);
});

test('a raised rate takes effect at once', async (t) => {
  const lab = new Lab();
  const runner = lab.add({ weight: 1, rate: 10 });
  runner.enter();
  lab.clock.advanceNow(50);
  runner.leave();
  t.true(runner.share.throttledMs(lab.clock.now()) > 4_000);
  runner.share.adjust({ weight: 1, rate: 0 }, lab.clock.now());
  t.is(runner.share.throttledMs(lab.clock.now()), 0);
});

test('a raised rate lets in one that is already held back', async (t) => {
  const lab = new Lab();
  const runner = lab.add({ weight: 1, rate: 10 });
  runner.enter();
  lab.clock.advanceNow(500);
  runner.leave();
  let admitted = false;
  void runner.admit(lab.clock.now())?.then(() => (admitted = true));
  await lab.clock.advance(1_000);
  t.false(admitted);
  runner.share.adjust({ weight: 1, rate: 0 }, lab.clock.now());
  await lab.clock.advance(200);
  t.true(admitted);
});
