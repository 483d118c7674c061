import type { Metric, MetricValue } from '#posiv-wit/generated/admin.ts';
import type { Histogram } from '#kernel/metrics/histogram.ts';

export type Labels = Readonly<Record<string, string>>;

/** A value with its labels. */
export type Labelled = readonly [labels: Labels, value: number];

export function counter(name: string, help: string, values: readonly Labelled[]): Metric {
  const all = values.map(([labels, value]) => valueOf('_total', labels, value));
  return { name, kind: 'counter', help, values: all };
}

export function gauge(name: string, help: string, values: readonly Labelled[]): Metric {
  const all = values.map(([labels, value]) => valueOf('', labels, value));
  return { name, kind: 'gauge', help, values: all };
}

/** Of times, which the histogram has in milliseconds and a metric in seconds. */
export function histogram(
  name: string,
  help: string,
  values: readonly (readonly [labels: Labels, histogram: Histogram])[],
): Metric {
  const all = values.flatMap(([labels, times]) => {
    const buckets = times.cumulative();
    return [
      ...buckets.map(({ boundMs, count }) =>
        valueOf('_bucket', { ...labels, le: boundOf(boundMs) }, count),
      ),
      valueOf('_count', labels, buckets.at(-1)!.count),
      valueOf('_sum', labels, times.sumMs / 1_000),
    ];
  });
  return { name, kind: 'histogram', help, values: all };
}

function boundOf(ms: number): string {
  return ms === Infinity ? '+Inf' : String(ms / 1_000);
}

function valueOf(suffix: string, labels: Labels, value: number): MetricValue {
  const all = Object.entries(labels).map(([name, text]) => ({ name, value: text }));
  return { suffix, labels: all, value };
}
