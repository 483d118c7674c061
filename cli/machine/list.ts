import type { NodeChoice } from '../control-target.ts';
import { json, table } from '../output/table.ts';
import { formatBytes } from '../output/units.ts';
import { withSession } from '../session.ts';
import { withMachines } from './with-master.ts';

interface ListOptions extends NodeChoice {
  readonly json?: boolean;
}

/** `vstar machine ls`. */
export async function listMachines(options: ListOptions): Promise<void> {
  const { machines, nodeNames } = await withMachines(
    options,
    async (master, client) => ({
      machines: await master.list(),
      nodeNames: new Map((await client.nodes.list()).map(({ id, name }) => [id, name])),
    }),
    () => ({ machines: [], nodeNames: new Map<string, string>() }),
  );
  if (options.json) {
    process.stdout.write(json(machines));
    return;
  }
  const columns = [
    { title: 'NAME' },
    { title: 'STATE' },
    { title: 'NODE' },
    { title: 'TEMPLATE' },
    { title: 'CPUS', align: 'right' },
    { title: 'MEMORY', align: 'right' },
    { title: 'DISK', align: 'right' },
    { title: 'ERROR' },
  ] as const;
  const rows = machines.map(({ name, state, node, template, processors, memory, disk, error }) => [
    name,
    state,
    node === null ? '' : (nodeNames.get(node) ?? node),
    template,
    `${processors}`,
    formatBytes(memory),
    formatBytes(disk),
    error ?? '',
  ]);
  process.stdout.write(table(columns, rows));
}

/** `vstar machine hosts`. */
export async function listHosts(options: ListOptions): Promise<void> {
  const hosts = await withSession(options, async (client) => client.hosts.list());
  if (options.json) {
    process.stdout.write(json(hosts));
    return;
  }
  const columns = [
    { title: 'NODE' },
    { title: 'BACKENDS' },
    { title: 'MACHINES', align: 'right' },
    { title: 'MEMORY', align: 'right' },
    { title: 'OF', align: 'right' },
    { title: 'DISK FREE', align: 'right' },
    { title: 'MISSING' },
  ] as const;
  const rows = hosts.map((host) => [
    host.name,
    host.backends.join(' ') || 'none',
    `${host.machines}`,
    formatBytes(host.memoryUsed),
    formatBytes(host.memoryLimit),
    formatBytes(host.diskFree),
    host.missing.join('; '),
  ]);
  process.stdout.write(table(columns, rows));
}
