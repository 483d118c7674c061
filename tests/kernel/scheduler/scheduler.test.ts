import test from 'ava';
import { VERDICT, type Runner } from '#kernel/scheduler/runner.ts';
import { Scheduler, type Alarm } from '#kernel/scheduler/scheduler.ts';
import type { ShareInit } from '#kernel/scheduler/share.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

const WHOLE = { weight: 1, rate: 0 };

/** A lane whose time passes only while somebody computes. */
class Lab implements Alarm {
  readonly clock = new ManualClock();
  armed = 0;
  lowered = 0;
  flushed = 0;
  /** Milliseconds that others have had the processor for. */
  stolenMs = 0;
  deadline = Infinity;
  readonly scheduler = new Scheduler({
    clock: this.clock,
    alarm: this,
    usedMs: () => this.clock.now() - this.stolenMs,
    flush: () => void (this.flushed += 1),
  });
  readonly #ended = new Set<Runner>();

  arm(): void {
    this.armed += 1;
  }

  lower(): void {
    this.lowered += 1;
  }

  add(init: ShareInit = WHOLE): Runner {
    const runner: Runner = this.scheduler.add(init, () => this.#ended.has(runner));
    return runner;
  }

  end(runner: Runner): void {
    this.#ended.add(runner);
    runner.end();
  }

  /** Computes without end: runs through its slice, and again when it is its turn. */
  async spin(runner: Runner, until: number): Promise<void> {
    await runner.admit(this.clock.now());
    runner.enter();
    while (this.clock.now() < until) {
      this.clock.advanceNow(1);
      if (runner.tick() === VERDICT.pause) await runner.pause();
    }
    runner.leave();
  }
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
  t.true(idle.share.pass >= spinner.share.pass - 5, 'it has used as much as the other from now on');
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
    const turn = worker.wake(lab.clock.now());
    await turn;
    worker.enter();
    lab.clock.advanceNow(ms);
    worker.leave();
    return turn === undefined;
  };
  while (await work(0.5)) await new Promise(setImmediate);
  const ahead = worker.share.pass - Math.min(...spinners.map(({ share }) => share.pass));
  t.true(ahead > 17 && ahead < 23, `${ahead} ms`);
  await Promise.all(spinning);
  const most = Math.max(...spinners.map(({ share }) => share.pass));
  t.true(worker.share.pass <= most + 20.5);
});

test('one that begins borrows nothing: many that come and go leave some of the time to those who stay', async (t) => {
  const lab = new Lab();
  const [spinner, fresh, awaited] = [lab.add(), lab.add(), lab.add()];
  spinner.enter();
  lab.clock.advanceNow(3);
  const paused = spinner.pause();
  for (const runner of [fresh, awaited])
    runner.share.shift(spinner.share.pass - runner.share.pass + 1);
  t.not(fresh.admit(lab.clock.now()), undefined);
  t.is(awaited.wake(lab.clock.now()), undefined);
  await paused;
});

/** They all wait for the same, and compute for so long once it has come. */
function waitFor(lab: Lab, runners: readonly Runner[], ms: number) {
  const come = Promise.withResolvers<void>();
  const done: Runner[] = [];
  for (const runner of runners) {
    runner.enter();
    void runner.suspended(come.promise).then(() => {
      lab.clock.advanceNow(ms);
      done.push(runner);
      runner.leave();
    });
  }
  return { come: come.resolve, done };
}

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
  t.true(Math.abs(spinner.share.usedMs - sneak.share.usedMs) < 20, `${spinner.share.usedMs}`);
});

test('who is held back, by a deadline or by a rate, saves up nothing meanwhile', async (t) => {
  const held = new Lab();
  const [spinner, waiting] = [held.add(), held.add()];
  await held.spin(spinner, 1_000);
  held.deadline = held.clock.now();
  const woken = waiting.wake(held.clock.now())!;
  held.deadline = Infinity;
  await held.clock.advance(20);
  await woken;
  t.true(waiting.share.pass >= spinner.share.pass - 2, `${waiting.share.pass}`);

  const slow = new Lab();
  const [other, throttled] = [slow.add(), slow.add({ weight: 1, rate: 10 })];
  throttled.enter();
  slow.clock.advanceNow(200);
  throttled.leave();
  const letIn = throttled.admit(slow.clock.now())!;
  await slow.spin(other, 2_000);
  throttled.share.adjust(WHOLE, slow.clock.now());
  await slow.clock.advance(100);
  await letIn;
  t.true(throttled.share.pass >= other.share.pass - 2, `${throttled.share.pass}`);
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
