import type { Report } from './simulate.ts';
import { hashOf } from './world/seeded-random.ts';

/** What came of all seeds before one, so that a run can go on from there. */
export interface Totals {
  /** The first seed that is not in it. */
  readonly next: number;
  readonly seeds: number;
  readonly operations: number;
  readonly events: number;
  /** Of managers that are components. */
  readonly decisions: number;
  /** Simulated milliseconds. */
  readonly simulatedMs: number;
  readonly failing: readonly number[];
  /** Of the hashes of their runs, in the order of the seeds. */
  readonly digest: string;
}

const HOUR_MS = 3_600_000;

export function nothingYet(next: number): Totals {
  return {
    next,
    seeds: 0,
    operations: 0,
    events: 0,
    decisions: 0,
    simulatedMs: 0,
    failing: [],
    digest: '00000000',
  };
}

export function hoursOf({ simulatedMs }: Totals): number {
  return simulatedMs / HOUR_MS;
}

/** Adds up lives in the order of their seeds, in whichever order they end: so its digest is the same for the same seeds. */
export class Tally {
  #totals: Totals;
  /** Of later seeds than the next one. */
  readonly #ahead = new Map<number, Report>();

  constructor(totals: Totals) {
    this.#totals = totals;
  }

  /** Of all seeds up to the first one that is not over. */
  get totals(): Totals {
    return this.#totals;
  }

  add(report: Report): void {
    this.#ahead.set(report.seed, report);
    for (;;) {
      const next = this.#ahead.get(this.#totals.next);
      if (!next) return;
      this.#ahead.delete(next.seed);
      this.#totals = withReport(this.#totals, next);
    }
  }
}

function withReport(totals: Totals, report: Report): Totals {
  const { seed, faults, hash, operations, events, decisions, forMs } = report;
  const digest = hashOf(`${totals.digest} ${seed} ${hash} ${events}`) >>> 0;
  return {
    next: seed + 1,
    seeds: totals.seeds + 1,
    operations: totals.operations + operations,
    events: totals.events + events,
    decisions: totals.decisions + decisions,
    simulatedMs: totals.simulatedMs + forMs,
    failing: faults.length === 0 ? totals.failing : [...totals.failing, seed],
    digest: digest.toString(16).padStart(8, '0'),
  };
}
