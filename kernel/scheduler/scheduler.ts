import type { Clock } from '#kernel/clock.ts';
import { Heap, type Placed } from '#kernel/heap.ts';
import type { Allowance } from '#kernel/scheduler/allowance.ts';
import { Runner } from '#kernel/scheduler/runner.ts';
import { Share, type ShareInit, USUAL_WEIGHT } from '#kernel/scheduler/share.ts';

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
  /** For those who are let in without waiting for their turn, and whatever else the lane does at once. */
  readonly atOnce: Allowance;
  /** Sends on its way what vTasks have said: a turn is given, which others would have to wait for. */
  readonly flush: () => void;
}

// Whoever is held back by a rate is looked at again after so long, since the rate may be another by then.
const LOOK_AGAIN_MS = 100;

// So often it is looked whether the deadline has been moved on, once it is over.
const HELD_LOOK_MS = 20;

// A time that is looked at more closely: a look at the thread's processor time is a system call.
const LONG_MS = 0.5;

// How far one that waited for something may be ahead of its part: four hundred calls of .05 ms, each in a turn of its own. Whoever
// computes meanwhile is late by as much, once; others that wait are let in between all the same.
const BORROWED_SLICES = 10;

const MOST_INSIDE = 4; // who is not let in at once takes a microsecond more

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
  readonly #atOnce: Allowance;
  /** What all of them have used together. */
  readonly #whole: Share;
  readonly #queue = new Heap<Turn>();
  /**
   * Those who have been let in and have not left. Code of one of them runs; that of others has yet to begin, or goes on in a microtask,
   * for the engine suspends a stack at each call that may wait, though what it asks for be there.
   */
  readonly #inside: Runner[] = [];
  /** When the first of them was let in. */
  #since = 0;
  /** Up to when what they run is charged. */
  #chargedAt = 0;
  /** The least pass of those who run or want to: nobody who comes is behind it. */
  #virtual = 0;
  #order = 0;
  #added = 0;
  #dispatching = false;

  constructor(
    { clock, alarm, usedMs, atOnce, flush }: SchedulerComponents,
    init: SchedulerInit = DEFAULT_SCHEDULING,
  ) {
    this.clock = clock;
    this.alarm = alarm;
    this.#atOnce = atOnce;
    atOnce.follow(() => this.#empty());
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

  /** How far one that waited for something may be ahead of its part, in milliseconds. */
  get borrowedMs(): number {
    return BORROWED_SLICES * this.init.sliceMs;
  }

  /**
   * A new vTask, as if it had had a slice of the usual weight already, and all that it may borrow: many that come and go would else have all
   * of the time of those who stay, and come before those of them that waited for something.
   * `ended` says whether it is to be ended by a trap at its next check.
   */
  add(init: ShareInit, ended: () => boolean): Runner {
    const share = new Share(init, init.rate === 0 ? 0 : this.clock.now());
    share.begin(this.#virtual + this.init.sliceMs / USUAL_WEIGHT, this.borrowedMs);
    return new Runner(this, share, this.#spread(), ended);
  }

  /** Whether no guest may run now. */
  isHeld(now: number): boolean {
    return now >= this.alarm.deadline;
  }

  /**
   * Whether this one, which begins or has what it waited for, may run now, before those who wait. Few may before the code of those who may
   * has begun: many can get what they wait for in one microtask, and what they do then is in later ones.
   */
  mayRun(share: Share, now: number): boolean {
    if (this.#inside.length >= MOST_INSIDE || this.isHeld(now) || this.#atOnce.isOver(now))
      return false;
    share.pass = Math.max(share.pass, this.#virtual);
    const next = this.#queue.peek();
    if (next && next.at < share.pass - share.ahead(this.borrowedMs)) return false;
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
      at: share.pass - share.ahead(borrowedMs),
      order: this.#order++,
      runner,
      take,
    });
    this.#dispatch();
  }

  /** Code of this one begins to run on the thread, or will in a microtask: what ran before is charged to whom it was likeliest of. */
  entered(runner: Runner, now: number): void {
    const before = this.#inside.at(-1);
    if (before) this.#charge(before.share, Math.max(now, this.#chargedAt));
    else this.#since = this.#chargedAt = now;
    this.#inside.push(runner);
    const pass = runner.share.pass - runner.share.owed;
    const next = this.#queue.peek();
    this.#virtual = Math.max(this.#virtual, next ? Math.min(pass, next.at) : pass);
    this.alarm.arm();
  }

  /** For how long code has run, or seems to, since nobody was inside. */
  runningMs(now: number): number {
    return now - this.#since;
  }

  /** The code that ran was of this one, and stops. */
  left(runner: Runner): void {
    const now = this.clock.now();
    this.#charge(runner.share, now);
    if (this.#inside.at(-1) === runner) this.#inside.pop();
    else this.#inside.splice(this.#inside.indexOf(runner), 1);
    if (this.#inside.length < MOST_INSIDE && this.#next()?.runner.paused === false)
      this.#letInNext(now);
  }

  #charge(share: Share, now: number): void {
    const ms = this.#ran(now - this.#chargedAt);
    this.#chargedAt = now;
    share.charge(ms, now);
    this.#whole.charge(ms, now);
  }

  /** No code runs between two turns of the event loop. */
  #empty(): void {
    for (const runner of this.#inside.splice(0)) runner.outside();
  }

  /**
   * How much of the time that code seemed to run for it did run: others may have had the processor. Times too short to be looked
   * at are believed, and what they had too much is taken off the next long one.
   */
  #ran(ms: number): number {
    this.#seemingMs += ms;
    if (!this.#usedMs || ms < LONG_MS) return ms;
    const usedMs = this.#usedMs();
    const tooMuch = this.#seemingMs - (usedMs - this.#lookedAtMs);
    this.#lookedAtMs = usedMs;
    this.#seemingMs = 0;
    return Math.min(ms, Math.max(0, ms - tooMuch));
  }

  /** Whoever is next; those who have ended while they waited have had their turn. */
  #next(): Turn | undefined {
    let next = this.#queue.peek();
    for (; next?.runner.ended; next = this.#queue.peek()) this.#queue.pop();
    return next;
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

  /** Those who begin or were woken may be many, and run for microseconds each: they need not wait for the event loop to come round. */
  #letInNext(now: number): void {
    if (this.isHeld(now) || this.#atOnce.isOver(now) || this.#whole.throttledMs(now) > 0) return;
    this.#queue.pop()?.take();
  }

  /** One turn for each round of the event loop, so that what arrives is read in between. */
  #dispatch(): void {
    if (this.#dispatching) return;
    this.#dispatching = true;
    this.clock.soon(() => {
      this.#dispatching = false;
      this.#empty();
      const now = this.clock.now();
      if (this.isHeld(now)) return this.#dispatchAfter(HELD_LOOK_MS);
      const throttledMs = this.#whole.throttledMs(now);
      if (throttledMs > 0) return this.#dispatchAfter(throttledMs);
      const turn = this.#next();
      if (turn) {
        this.#queue.pop();
        this.#flush();
        turn.take();
      }
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
