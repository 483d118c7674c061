import { Allowance } from '#kernel/scheduler/allowance.ts';
import { VERDICT, type Runner } from '#kernel/scheduler/runner.ts';
import { Scheduler, type Alarm } from '#kernel/scheduler/scheduler.ts';
import { type ShareInit, USUAL_WEIGHT } from '#kernel/scheduler/share.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

export const WHOLE = { weight: USUAL_WEIGHT, rate: 0 };

/** A lane whose time passes only while somebody computes. */
export class Lab implements Alarm {
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
    atOnce: new Allowance(this.clock, 2),
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

/** They all wait for the same, and compute for so long once it has come. */
export function waitFor(lab: Lab, runners: readonly Runner[], ms: number) {
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
