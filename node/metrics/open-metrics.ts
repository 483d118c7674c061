import type { Metric, MetricValue } from '#posiv-wit/generated/admin.ts';

export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** The text that Prometheus and its like read: OpenMetrics 1.0, https://prometheus.io/docs/specs/om/open_metrics_spec/ */
export function openMetricsText(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap(({ name, kind, help, values }) => [
    `# TYPE ${name} ${kind}`,
    `# HELP ${name} ${escaped(help)}`,
    ...values.map((value) => `${name}${value.suffix}${labelsOf(value)} ${value.value}`),
  ]);
  return [...lines, '# EOF', ''].join('\n');
}

/** As they stand behind the name; nothing where there are none. */
export function labelsOf({ labels }: MetricValue): string {
  if (labels.length === 0) return '';
  return `{${labels.map(({ name, value }) => `${name}="${escaped(value)}"`).join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
