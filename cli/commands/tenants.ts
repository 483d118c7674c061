import { Command } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples, jsonOption } from '../options.ts';
import { formatBytes, formatDuration } from '../output/units.ts';

interface Options extends NodeChoice {
  readonly json?: boolean;
}

export function tenantsCommand(): Command {
  const command = new Command('tenants')
    .summary('list the tenants of a node')
    .description('Lists the tenants that a node knows, with what they use of it and may use.')
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(listTenants);
  return examples(command, 'vstar tenants', 'vstar tenants --json');
}

async function listTenants(options: Options): Promise<void> {
  const { withSession } = await import('../session.ts');
  const { json, table } = await import('../output/table.ts');
  const tenants = await withSession(options, async (client) => client.tenants.list());
  if (options.json) {
    process.stdout.write(json(tenants));
    return;
  }
  const rows = tenants.map(
    ({ name, quota, vtasks, memoryBytes, storeBytes, cpuUs, cells, hasToken }) => [
      name,
      `${vtasks} of ${quota.vtasks}`,
      `${formatBytes(memoryBytes)} of ${formatBytes(quota.memoryBytes)}`,
      `${formatBytes(storeBytes)} of ${formatBytes(quota.storeBytes)}`,
      formatDuration(cpuUs / 1_000),
      String(quota.cpuWeight),
      cells.join(' '),
      hasToken ? 'yes' : 'no',
    ],
  );
  const columns = [
    { title: 'TENANT' },
    { title: 'VTASKS', align: 'right' },
    { title: 'MEMORY', align: 'right' },
    { title: 'STORED', align: 'right' },
    { title: 'CPU', align: 'right' },
    { title: 'WEIGHT', align: 'right' },
    { title: 'CELLS' },
    { title: 'TOKEN' },
  ] as const;
  process.stdout.write(table(columns, rows));
}
