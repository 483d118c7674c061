import { Command } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples, jsonOption } from '../options.ts';
import { formatAge } from '../output/units.ts';
import type { PlacedService } from '../placed-services.ts';

interface Options extends NodeChoice {
  readonly json?: boolean;
}

export function servicesCommand(): Command {
  const command = new Command('services')
    .summary('list the meta services of all nodes')
    .description(
      'Lists the meta services that run on the nodes: what each node carries out itself, and the vTasks of the tenant that ' +
        'say that they are a service. It is what nodes last told of themselves. Those of a lost node are gone.',
    )
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(listServices);
  return examples(
    command,
    'vstar services',
    'vstar services --json | jq \'.[] | select(.state != "running")\'',
  );
}

async function listServices(options: Options): Promise<void> {
  const { withSession } = await import('../session.ts');
  const { json, table } = await import('../output/table.ts');
  const { placedServices } = await import('../placed-services.ts');
  const placed = await withSession(options, placedServices);
  const services = placed.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1));
  if (options.json) {
    process.stdout.write(json(services.map((each) => ({ ...each, vtask: each.vtask ?? null }))));
    return;
  }
  const now = Date.now();
  const rows = services.map((each) => [
    each.name,
    each.version,
    each.interface,
    each.nodeName,
    each.state,
    formatAge(each.sinceMs, now),
    each.vtask ?? '',
  ]);
  const columns = [
    { title: 'SERVICE' },
    { title: 'VERSION' },
    { title: 'INTERFACE' },
    { title: 'NODE' },
    { title: 'STATE' },
    { title: 'SINCE', align: 'right' },
    { title: 'VTASK' },
  ] as const;
  process.stdout.write(table(columns, rows));
}

function rank({ name, interface: kept, nodeName, vtask = '' }: PlacedService): string {
  return [name, kept, nodeName, vtask].join(' ');
}
