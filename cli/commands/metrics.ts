import { Command } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples, jsonOption } from '../options.ts';

interface Options extends NodeChoice {
  readonly json?: boolean;
}

export function metricsCommand(): Command {
  const command = new Command('metrics')
    .summary('show what a node has counted')
    .description(
      'Shows what the node that answers has counted and measured since its start, hop by hop.\n' +
        'For Prometheus it is at /metrics of the control API; docs/metrics.md explains each.',
    )
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(showMetrics);
  return examples(command, 'vstar metrics', 'vstar metrics --json');
}

async function showMetrics(options: Options): Promise<void> {
  const { withSession } = await import('../session.ts');
  const { json, table } = await import('../output/table.ts');
  const metrics = await withSession(options, async (client) => client.metrics.read());
  if (options.json) {
    process.stdout.write(json(metrics));
    return;
  }
  const { labelsOf } = await import('#node/metrics/open-metrics.ts');
  const rows = metrics.flatMap(({ name, values }) =>
    values.map((value) => [`${name}${value.suffix}${labelsOf(value)}`, String(value.value)]),
  );
  process.stdout.write(table([{ title: 'METRIC' }, { title: 'VALUE', align: 'right' }], rows));
}
