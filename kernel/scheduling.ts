import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';
import { VTASK_LIMITS } from '#kernel/quota.ts';
import type { Strategies } from '#kernel/strategies.ts';
import type { NodeLoad, Scheduling as Parameters } from '#posiv-wit/generated/managers.ts';

const ASK_EVERY_MS = 5_000;
const LEAST_SLICE_US = 500; // the alarm is raised every millisecond: less would not be kept
const MOST_SLICE_US = 100_000;
const UNTIL_ASKED: Parameters = { sliceUs: 2_000, defaultWeight: 100 };

export interface SchedulingComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly strategies: Pick<Strategies, 'task'>;
  /** Told when they have changed. */
  readonly changed: () => void;
}

/** What the Task Manager has published for the lanes of this node: it is asked now and then, never on the way of a switch. */
export class Scheduling {
  readonly #components: SchedulingComponents;
  #parameters = UNTIL_ASKED;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(components: SchedulingComponents) {
    this.#components = components;
  }

  get parameters(): Parameters {
    return this.#parameters;
  }

  /** Asks for them, if that is some time ago. */
  async refresh(load: () => NodeLoad): Promise<void> {
    const { clock, logger, strategies, changed } = this.#components;
    const now = clock.now();
    if (now - this.#askedAt < ASK_EVERY_MS) return;
    this.#askedAt = now;
    const { sliceUs, defaultWeight } = await strategies.task.schedule(load());
    if (!isWithin(sliceUs, LEAST_SLICE_US, MOST_SLICE_US) || !isWeight(defaultWeight))
      return logger.warn('the Task Manager published what is out of range: nothing changes', {
        sliceUs,
        defaultWeight,
      });
    const before = this.#parameters;
    this.#parameters = { sliceUs, defaultWeight };
    if (before.sliceUs !== sliceUs) changed();
  }
}

function isWeight(value: number): boolean {
  return isWithin(value, 1, VTASK_LIMITS.cpuWeight.maximum);
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
