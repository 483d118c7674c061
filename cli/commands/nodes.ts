import { Command } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples, jsonOption } from '../options.ts';
import type { Node } from '#posiv-wit/generated/cluster.ts';
import { formatBytes, formatDuration } from '../output/units.ts';

interface Options extends NodeChoice {
  readonly json?: boolean;
}

export function nodesCommand(): Command {
  const command = new Command('nodes')
    .summary('list the worker nodes')
    .description('Lists the worker nodes, as the node that answers sees them.')
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(listNodes);
  return examples(command, 'vstar nodes', 'vstar nodes --json');
}

async function listNodes(options: Options): Promise<void> {
  const { withSession } = await import('../session.ts');
  const { json, table } = await import('../output/table.ts');
  const nodes = await withSession(options, async (client) => client.nodes.list());
  if (options.json) {
    process.stdout.write(json(nodes));
    return;
  }
  const rows = nodes.map((node) => [
    node.name,
    node.id,
    standingOf(node, nodes),
    String(node.lanes),
    String(node.vtasks),
    `${formatBytes(node.memoryUsed)} of ${formatBytes(node.memoryLimit)}`,
    node.connected ? roundTrip(node.roundTripUs) : `silent for ${formatDuration(node.silentMs)}`,
    node.keepsRegisters ? 'kept' : '',
    node.addresses[0] ?? '',
  ]);
  const columns = [
    { title: 'NAME' },
    { title: 'NODE' },
    { title: 'STANDING' },
    { title: 'LANES', align: 'right' },
    { title: 'VTASKS', align: 'right' },
    { title: 'MEMORY', align: 'right' },
    { title: 'ROUND TRIP', align: 'right' },
    { title: 'REGISTERS' },
    { title: 'ADDRESS' },
  ] as const;
  process.stdout.write(table(columns, rows));
}

function standingOf(
  { standing, connected, relay, draining }: Node,
  nodes: readonly Node[],
): string {
  const by = nodes.find(({ id }) => id === relay)?.name ?? relay;
  const how =
    standing === 'self'
      ? 'up (asked)'
      : standing === 'up' && !connected
        ? 'up, not connected'
        : by === undefined
          ? standing
          : `${standing} by way of ${by}`;
  return draining ? `${how}, draining` : how;
}

function roundTrip(us: number): string {
  return us === 0 ? '' : `${(us / 1_000).toFixed(2)} ms`;
}
