import type { Metric } from './metric.ts';

const HEAD = ['metric', 'median', 'best', 'unit', 'baseline', 'its median', 'ratio', 'n'] as const;

/** The metrics as a table in Markdown, for people. */
export function table(metrics: readonly Metric[]): string {
  const rows = metrics.map(cells);
  const widths = HEAD.map((name, at) =>
    Math.max(name.length, ...rows.map((row) => row[at]!.length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, at) => text.padEnd(widths[at]!)).join(' | ')} |`;
  return [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function cells({ name, value, best, unit, baseline, ratio, n }: Metric): readonly string[] {
  return [
    name,
    number(value),
    number(best),
    unit,
    baseline?.name ?? '',
    baseline ? (baseline.value === null ? '-' : number(baseline.value)) : '',
    ratio === null ? '' : ratio.toPrecision(3),
    String(n),
  ];
}

/** Three digits that count, and no exponent. */
export function number(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}
