import type { Scheduler } from '#kernel/scheduler/scheduler.ts';
import type { Share } from '#kernel/scheduler/share.ts';
import type { Awaitable } from '#posiv-wit/result.ts';

export const VERDICT = { goOn: 0, pause: 1, trap: 2 } as const;

/**
 * Checks, a tick apart, at which code that was to pause went on: it runs beneath a frame of JavaScript, as the destructor does of a
 * resource that another component of its image drops, and nothing else of its lane runs meanwhile. Freeing takes microseconds, a
 * collection of garbage some ten milliseconds.
 */
const MOST_UNPAUSED = 100;

// Of its host, between two looks at the clock: the call takes a microsecond or several, the look a tenth of one.
const CALLS_AT_ONCE = 16;

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
  #isInside = false;
  #isPaused = false;
  #calls = 0;
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

  /** Whatever of it is left is to be unwound. */
  get ended(): boolean {
    return this.#ended();
  }

  /** Whether it computes for as long as it is let, and waits to go on. */
  get paused(): boolean {
    return this.#isPaused;
  }

  /** Its code begins to run. */
  enter(now = this.#scheduler.clock.now()): void {
    if (this.#isInside) return;
    this.#isInside = true;
    this.#scheduler.entered(this, now);
    this.#unpaused = 0;
  }

  /** Its code does not run any more: it has returned, or its stack is suspended. */
  leave(): void {
    if (!this.#isInside) return;
    this.#isInside = false;
    this.#scheduler.left(this);
  }

  /** Nothing of it runs, whatever was not told of. */
  outside(): void {
    this.#isInside = false;
  }

  /**
   * One that begins, or that waited for something, which has come. Undefined if it may run now, which it is given; else a promise for its
   * turn. To be followed by `enter`.
   */
  admit(now: number): Promise<void> | undefined {
    if (this.#ended()) return undefined;
    if (this.#scheduler.mayRun(this.share, now)) return undefined;
    return this.#turn(this.#scheduler.borrowedMs);
  }

  /**
   * It calls its host, and what it asked for is there. The thread that raises the flag may have to wait for a processor itself, longest
   * where the node works for those who call it: so it is looked here, too, whether its slice is over.
   */
  isOverdue(): boolean {
    this.#calls += 1;
    if (this.#calls < CALLS_AT_ONCE) return false;
    this.#calls = 0;
    const { clock, init } = this.#scheduler;
    return this.#isInside && this.#scheduler.runningMs(clock.now()) >= init.sliceMs;
  }

  /** Its stack is suspended until it is its turn again: it goes on with this. */
  async overdue<R>(result: R): Promise<R> {
    await this.pause();
    return result;
  }

  /** Asked by a check that found the flag raised. */
  tick(): number {
    const { alarm, clock, init } = this.#scheduler;
    if (this.#ended()) return VERDICT.trap;
    alarm.lower();
    if (!this.#isInside) {
      this.enter(); // a way in that nobody told of
      return VERDICT.goOn;
    }
    alarm.arm();
    const now = clock.now();
    if (this.#scheduler.runningMs(now) < init.sliceMs && !this.#scheduler.isHeld(now))
      return VERDICT.goOn;
    this.#unpaused += 1;
    return this.#unpaused > MOST_UNPAUSED ? VERDICT.trap : VERDICT.pause;
  }

  /** Its stack is suspended until it is its turn again. */
  async pause(): Promise<void> {
    this.leave();
    this.share.shift(this.#phase * this.#scheduler.init.sliceMs);
    this.#phase = 0;
    this.#isPaused = true;
    await this.#turn(0);
    this.#isPaused = false;
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
    const turn = this.admit(now);
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
