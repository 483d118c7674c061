import type { Metric } from './report/metric.ts';

/** What a bench is given. */
export interface BenchContext {
  /** Few and small runs: to see that it works, not to publish. */
  readonly short: boolean;
  /** Where CPU profiles of the nodes and their lanes go; undefined: none are made. */
  readonly profileDir: string | undefined;
  /** Runs all vTasks in threads of the nodes, to see what cells cost. */
  readonly threadCells: boolean;
  /** How many are made, by benches that count what comes of many; undefined: as many as the bench says. */
  readonly creations: number | undefined;
  /** Where a picture goes, of benches that draw one; undefined: nowhere. */
  readonly plot: string | undefined;
  /** Tells the person who waits what is being done. */
  readonly note: (text: string) => void;
}

/** One subject. It measures itself and its baselines by turns, in the same run. */
export interface Bench {
  run(context: BenchContext): Promise<readonly Metric[]>;
}
