import type { Clock } from '#kernel/clock.ts';
import { Heap, type Placed } from '#kernel/heap.ts';
import { Share, type ShareInit } from '#kernel/scheduler/share.ts';
import type { Awaitable } from '#posiv-wit/result.ts';

/** How a lane divides its time, as the Task Manager says. */
export interface SchedulerInit {
  /** Milliseconds that a vTask may run at a time while others want to. */
  readonly sliceMs: number;
  /** The most that all together may use, in thousandths of a core. 0: no such limit. */
  readonly rate: number;
}

const DEFAULT_SCHEDULING: SchedulerInit = { sliceMs: 2, rate: 0 };

/** Raises a flag that the checks of running guests look at. */
export interface Alarm {
  /**
   * By the lane's clock: from then on no guest runs, since its node may have been taken for lost. Moved on while the node
   * holds its lease; Infinity while nobody could take it for lost.
   */
  readonly deadline: number;
  /** Guests run: the flag is to be raised again and again, some time shorter than a slice apart. */
  arm(): void;
  lower(): void;
}

/** For lanes whose vTasks are no guests. */
export const NO_ALARM: Alarm = { deadline: Infinity, arm() {}, lower() {} };

export interface SchedulerComponents {
  readonly clock: Clock;
  readonly alarm: Alarm;
  /** Milliseconds of processor time that the thread has used, where it is one that others may take the processor from. */
  readonly usedMs?: () => number;
  /** Sends on its way what vTasks have said: a turn is given, which others would have to wait for. */
  readonly flush: () => void;
}

export const VERDICT = { goOn: 0, pause: 1, trap: 2 } as const;

/**
 * Checks, a tick apart, at which code that was to pause went on: it runs beneath a frame of JavaScript, as `cabi_realloc` and
 * post-return functions do, and nothing else of its lane runs meanwhile. Allocating takes microseconds, a collection of garbage
 * some ten milliseconds.
 */
const MOST_UNPAUSED = 100;

// Whoever is held back by a rate is looked at again after so long, since the rate may be another by then.
const LOOK_AGAIN_MS = 100;

// So often it is looked whether the deadline has been moved on, once it is over.
const HELD_LOOK_MS = 20;

// A time that is looked at more closely: a look at the thread's processor time is a system call.
const LONG_MS = 0.5;

// How far one that waited for something may be ahead of its part: four hundred calls of .05 ms, each in a turn of its own. Whoever
// computes meanwhile is late by as much, once; others that wait are let in between all the same.
const BORROWED_SLICES = 10;

// As a vTask has that is given none.
const USUAL_WEIGHT = 100;

// Multiples of it, modulo 1, lie as far apart as they can.
const GOLDEN_RATIO = 0.618_033_988_75;

/** What waits for a turn. */
interface Turn extends Placed {
  /** Its pass, of which whoever has the smallest is next; less than its share's, of one that waited for something. */
  readonly at: number;
  readonly runner: Runner;
  readonly take: () => void;
}

/**
 * Divides the time of one lane among its vTasks by stride scheduling (Waldspurger and Weihl, 1995): whoever has used the
 * least by its weight runs next. A vTask that was waiting for something may be some slices ahead of its part (Borrowed
 * Virtual Time: Duda and Cheriton, 1999), so one that uses about as much is let in at once like one that uses less; but it cannot
 * save up what it did not use.
 */
export class Scheduler {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly #flush: () => void;
  readonly #usedMs: (() => number) | undefined;
  /** The thread's processor time at the last look, and how long code has seemed to run since. */
  #lookedAtMs = 0;
  #seemingMs = 0;
  init: SchedulerInit;
  /** How many have been given what they waited for, and look at it only when it is their turn. */
  late = 0;
  /** What all of them have used together. */
  readonly #whole: Share;
  readonly #queue = new Heap<Turn>();
  #running: Runner | undefined;
  /** The least pass of those who run or want to: nobody who comes is behind it. */
  #virtual = 0;
  #order = 0;
  #added = 0;
  #dispatching = false;

  constructor(
    { clock, alarm, usedMs, flush }: SchedulerComponents,
    init: SchedulerInit = DEFAULT_SCHEDULING,
  ) {
    this.clock = clock;
    this.alarm = alarm;
    this.#flush = flush;
    this.#usedMs = usedMs;
    this.init = init;
    this.#whole = new Share({ weight: 1, rate: init.rate }, clock.now());
  }

  /** Changes how the time is divided from now on. */
  adjust({ sliceUs, cpuRate }: { readonly sliceUs: number; readonly cpuRate: number }): void {
    this.init = { sliceMs: sliceUs / 1_000, rate: cpuRate };
    this.#whole.adjust({ weight: 1, rate: cpuRate }, this.clock.now());
  }

  /**
   * A new vTask, as if it had had a slice of the usual weight already: many that come and go would else have all of the time of those who stay.
   * `ended` says whether it is to be ended by a trap at its next check.
   */
  add(init: ShareInit, ended: () => boolean): Runner {
    const share = new Share(init, init.rate === 0 ? 0 : this.clock.now());
    share.pass = this.#virtual + this.init.sliceMs / USUAL_WEIGHT;
    return new Runner(this, share, this.#spread(), ended);
  }

  /** Whether no guest may run now. */
  isHeld(now: number): boolean {
    return now >= this.alarm.deadline;
  }

  /** Whether this one, which borrows so many milliseconds, may run before those who wait. */
  mayRun(share: Share, borrowedMs: number): boolean {
    share.pass = Math.max(share.pass, this.#virtual);
    const next = this.#queue.peek();
    if (next && next.at < share.passBefore(borrowedMs)) return false;
    return this.#throttledMs(share) === 0;
  }

  /** Calls `take` when it is this one's turn. */
  wait(runner: Runner, borrowedMs: number, take: () => void): void {
    const throttledMs = this.#throttledMs(runner.share);
    if (throttledMs > 0) {
      // Not for longer than it may be before a raised rate is to have effect.
      this.clock.after(Math.min(throttledMs, LOOK_AGAIN_MS), () =>
        this.wait(runner, borrowedMs, take),
      );
      return;
    }
    const { share } = runner;
    share.pass = Math.max(share.pass, this.#virtual); // it may have been held back, and saves up nothing by that
    this.#queue.push({
      at: share.passBefore(borrowedMs),
      order: this.#order++,
      runner,
      take,
    });
    this.#dispatch();
  }

  /** Code of this one begins to run on the thread. */
  entered(runner: Runner): void {
    this.#running?.leave();
    this.#running = runner;
    const { pass } = runner.share;
    const next = this.#queue.peek();
    this.#virtual = Math.max(this.#virtual, next ? Math.min(pass, next.at) : pass);
    this.alarm.arm();
  }

  /**
   * How much of the time that code seemed to run for it did run: others may have had the processor. Times too short to be looked
   * at are believed, and what they had too much is taken off the next long one.
   */
  ran(ms: number): number {
    this.#seemingMs += ms;
    if (!this.#usedMs || ms < LONG_MS) return ms;
    const usedMs = this.#usedMs();
    const tooMuch = this.#seemingMs - (usedMs - this.#lookedAtMs);
    this.#lookedAtMs = usedMs;
    this.#seemingMs = 0;
    return Math.min(ms, Math.max(0, ms - tooMuch));
  }

  /** Code of this one has run for so long, and stops. */
  left(runner: Runner, ms: number, now: number): void {
    this.#whole.charge(ms, now);
    if (this.#running === runner) this.#running = undefined;
  }

  #throttledMs(share: Share): number {
    if (!share.hasRate && !this.#whole.hasRate) return 0; // without a look at the clock: every message comes here
    const now = this.clock.now();
    return Math.max(share.throttledMs(now), this.#whole.throttledMs(now));
  }

  /** From 0 to 1, evenly. */
  #spread(): number {
    this.#added += 1;
    return (this.#added * GOLDEN_RATIO) % 1;
  }

  /** One turn for each round of the event loop, so that what arrives is read in between. */
  #dispatch(): void {
    if (this.#dispatching) return;
    this.#dispatching = true;
    this.clock.soon(() => {
      this.#dispatching = false;
      const now = this.clock.now();
      if (this.isHeld(now)) return this.#dispatchAfter(HELD_LOOK_MS);
      const throttledMs = this.#whole.throttledMs(now);
      if (throttledMs > 0) return this.#dispatchAfter(throttledMs);
      const turn = this.#queue.pop();
      if (turn) this.#flush();
      turn?.take();
      if (this.#queue.size > 0) this.#dispatch();
    });
  }

  /** Nobody is let in until the deadline has been moved on, or what all have used together is within their rate again. */
  #dispatchAfter(ms: number): void {
    this.#dispatching = true;
    this.clock.after(Math.min(ms, LOOK_AGAIN_MS), () => {
      this.#dispatching = false;
      if (this.#queue.size > 0) this.#dispatch();
    });
  }
}

/** One vTask as the scheduler sees it: when its code runs, and when it may. */
export class Runner {
  readonly share: Share;
  readonly #scheduler: Scheduler;
  readonly #ended: () => boolean;
  /**
   * In slices: its second turn comes so much later, so that of many that begin together, each with a whole slice, as many
   * as are due have had another at any time.
   */
  #phase: number;
  #enteredAt: number | undefined;
  /** How often it was told to pause and could not since it was entered. */
  #unpaused = 0;
  /** Lets it have its turn out of order. */
  #release: (() => void) | undefined;

  constructor(scheduler: Scheduler, share: Share, phase: number, ended: () => boolean) {
    this.#scheduler = scheduler;
    this.share = share;
    this.#phase = phase;
    this.#ended = ended;
  }

  /** Its code begins to run. */
  enter(now = this.#scheduler.clock.now()): void {
    if (this.#enteredAt !== undefined) return;
    this.#scheduler.entered(this);
    this.#enteredAt = now;
    this.#unpaused = 0;
  }

  /** Its code does not run any more: it has returned, or its stack is suspended. */
  leave(): void {
    if (this.#enteredAt === undefined) return;
    const now = this.#scheduler.clock.now();
    const ms = this.#scheduler.ran(now - this.#enteredAt);
    this.share.charge(ms, now);
    this.#enteredAt = undefined;
    this.#scheduler.left(this, ms, now);
  }

  /** Undefined if it may run now, which it is given; else a promise for its turn. To be followed by `enter`. */
  admit(now: number): Promise<void> | undefined {
    return this.#admit(now, 0);
  }

  /** The same of one that waited for something, which has come. */
  wake(now: number): Promise<void> | undefined {
    return this.#admit(now, BORROWED_SLICES * this.#scheduler.init.sliceMs);
  }

  #admit(now: number, borrowedMs: number): Promise<void> | undefined {
    if (this.#ended()) return undefined;
    const scheduler = this.#scheduler;
    if (!scheduler.isHeld(now) && scheduler.mayRun(this.share, borrowedMs)) return undefined;
    return this.#turn(borrowedMs);
  }

  /** Asked by a check that found the flag raised. */
  tick(): number {
    const { alarm, clock, init } = this.#scheduler;
    if (this.#ended()) return VERDICT.trap;
    alarm.lower();
    if (this.#enteredAt === undefined) {
      this.enter(); // a way in that nobody told of
      return VERDICT.goOn;
    }
    alarm.arm();
    const now = clock.now();
    if (now - this.#enteredAt < init.sliceMs && !this.#scheduler.isHeld(now)) return VERDICT.goOn;
    this.#unpaused += 1;
    return this.#unpaused > MOST_UNPAUSED ? VERDICT.trap : VERDICT.pause;
  }

  /** Its stack is suspended until it is its turn again. */
  async pause(): Promise<void> {
    this.leave();
    this.share.shift(this.#phase * this.#scheduler.init.sliceMs);
    this.#phase = 0;
    await this.#turn(0);
    this.enter();
  }

  /** Its stack is suspended in this: it goes on with what comes of it, when it is its turn. */
  suspended<R>(result: Promise<R>): Promise<R> {
    this.leave();
    return result.then(
      (value) => this.#resumed(value),
      (error) => {
        this.enter();
        throw error;
      },
    );
  }

  /** It has ended: whatever of it waits for a turn has it now, to be unwound. */
  end(): void {
    this.leave();
    this.#release?.();
  }

  #resumed<R>(value: R): Awaitable<R> {
    const now = this.#scheduler.clock.now();
    const turn = this.wake(now);
    if (turn) {
      this.#scheduler.late += 1;
      return turn.then(() => {
        this.#scheduler.late -= 1;
        this.enter();
        return value;
      });
    }
    this.enter(now);
    return value;
  }

  #turn(borrowedMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#release = resolve;
      this.#scheduler.wait(this, borrowedMs, resolve);
    });
  }
}
