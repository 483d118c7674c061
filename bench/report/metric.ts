import { median } from './statistics.ts';

export interface Baseline {
  readonly name: string;
  /** None where it could not be run; then its name says why. */
  readonly value: number | null;
}

/** One figure, as it stands in the JSON. */
export interface Metric {
  readonly name: string;
  readonly unit: string;
  /** The median of the runs. */
  readonly value: number;
  /** The best of them: the least, or for a rate the most. On a shared machine it has the least of the neighbours in it. */
  readonly best: number;
  readonly baseline: Baseline | null;
  /** The value over the baseline's. */
  readonly ratio: number | null;
  /** How many runs there were. */
  readonly n: number;
}

export interface MetricInit {
  readonly name: string;
  readonly unit: string;
  /** One value for each run. */
  readonly samples: readonly number[];
  /** More is better. Default: less is. */
  readonly rate?: boolean;
  /** The baseline's name and its values, or why there are none. */
  readonly baseline?: { readonly name: string; readonly samples: readonly number[] };
}

/**
 * Makes a metric of the values of all runs.
 * @throws {RangeError} there was no run
 */
export function metric({ name, unit, samples, rate = false, baseline }: MetricInit): Metric {
  const value = median(samples);
  const other = baseline && baseline.samples.length > 0 ? median(baseline.samples) : null;
  return {
    name,
    unit,
    value,
    best: rate ? Math.max(...samples) : Math.min(...samples),
    baseline: baseline ? { name: baseline.name, value: other } : null,
    ratio: other === null || other === 0 ? null : value / other,
    n: samples.length,
  };
}
