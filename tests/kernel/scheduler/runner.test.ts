import test from 'ava';
import { VERDICT } from '#kernel/scheduler/runner.ts';
import { settled } from '../../support/manual-clock.ts';
import { Lab, waitFor } from './support/lab.ts';

test('a check within the slice goes on, and lowers the flag for the next', (t) => {
  const lab = new Lab();
  const runner = lab.add();
  runner.enter();
  lab.clock.advanceNow(1);
  t.is(runner.tick(), VERDICT.goOn);
  t.is(lab.lowered, 1);
  t.is(lab.armed, 2);
});

test('one that calls its host again and again is overdue once its slice is over, though nobody raises the flag', async (t) => {
  const lab = new Lab();
  const runner = lab.add();
  runner.enter();
  let ms = 0;
  for (; !runner.isOverdue() && ms < 10; ms += 0.01) lab.clock.advanceNow(0.01);
  t.true(ms >= 2 && ms < 2.5, `${ms} ms`);
  const other = lab.add();
  t.is(other.admit(lab.clock.now()), undefined);
  other.enter();
  const result = runner.overdue('result');
  lab.clock.advanceNow(1);
  other.leave();
  t.is(await result, 'result');
  t.is(lab.flushed, 1, 'it was its turn');
  t.false(Array.from({ length: 20 }, () => runner.isOverdue()).includes(true));
});

test('one that has ended is trapped at its next check, and has its turn at once to get there', async (t) => {
  const lab = new Lab();
  const others = Array.from({ length: 10 }, () => lab.add());
  const victim = lab.add();
  const spinning = others.map((runner) => lab.spin(runner, 300));
  victim.enter();
  lab.clock.advanceNow(5);
  t.is(victim.tick(), VERDICT.pause);
  let resumed = false;
  const paused = victim.pause().then(() => (resumed = true));
  lab.end(victim);
  await paused;
  t.true(resumed);
  t.is(victim.tick(), VERDICT.trap);
  await Promise.all(spinning);
});

test('those who end while they wait for their turns take none', async (t) => {
  const lab = new Lab();
  const runners = Array.from({ length: 100 }, () => lab.add());
  const { come } = waitFor(lab, runners, 0);
  lab.clock.advanceNow(10);
  lab.deadline = 0; // nobody is let in
  come();
  await settled();
  const last = lab.add();
  last.share.shift(1);
  let letIn = false;
  last.enter();
  void last.pause().then(() => (letIn = true));
  for (const runner of runners) lab.end(runner);
  lab.deadline = Infinity;
  await lab.clock.advance(20);
  t.true(letIn);
  t.is(lab.flushed, 1);
});

test('code that goes on where it is to pause, since its stack cannot be suspended, is ended', (t) => {
  const lab = new Lab();
  const runner = lab.add();
  runner.enter();
  const verdicts = Array.from({ length: 101 }, () => {
    lab.clock.advanceNow(2);
    return runner.tick();
  });
  t.deepEqual(
    verdicts.slice(0, 50),
    Array.from({ length: 50 }, () => VERDICT.pause),
  );
  t.is(verdicts[100], VERDICT.trap);
  runner.leave();
  runner.enter();
  lab.clock.advanceNow(2);
  t.is(runner.tick(), VERDICT.pause, 'what it does next is judged anew');
});

test('from the deadline on who computes is paused and nobody is let in, until it is moved on', async (t) => {
  const lab = new Lab();
  const [first, second] = [lab.add(), lab.add()];
  lab.deadline = 10;
  t.is(first.admit(lab.clock.now()), undefined);
  first.enter();
  lab.clock.advanceNow(1);
  t.is(first.tick(), VERDICT.goOn);
  lab.clock.advanceNow(9);
  t.is(first.tick(), VERDICT.pause);
  const order: string[] = [];
  const waiting = [
    first.pause().then(() => order.push('paused')),
    second.admit(lab.clock.now())!.then(() => order.push('new')),
  ];
  await lab.clock.advance(60_000);
  t.deepEqual(order, []);
  lab.deadline = lab.clock.now() + 1_000;
  await lab.clock.advance(100);
  await Promise.all(waiting);
  t.deepEqual(order.toSorted(), ['new', 'paused']);
});

test('nor goes one on that gets what it waited for after the deadline', async (t) => {
  const lab = new Lab();
  const runner = lab.add();
  runner.enter();
  const result = Promise.withResolvers<string>();
  const seen: string[] = [];
  void runner.suspended(result.promise).then((value) => seen.push(value));
  lab.clock.advanceNow(20);
  lab.deadline = 10;
  result.resolve('late');
  await lab.clock.advance(1_000);
  t.deepEqual(seen, []);
  lab.deadline = Infinity;
  await lab.clock.advance(100);
  t.deepEqual(seen, ['late']);
});

test('one that ends after the deadline is unwound all the same', async (t) => {
  const lab = new Lab();
  const runner = lab.add();
  lab.deadline = 0;
  const turn = runner.admit(lab.clock.now());
  t.truthy(turn);
  lab.end(runner);
  await turn;
  t.is(runner.tick(), VERDICT.trap);
});
