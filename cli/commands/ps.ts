import { Command } from 'commander';
import type { PlacedVTask } from '../all-vtasks.ts';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples, jsonOption } from '../options.ts';
import { formatBytes, formatAge, formatDuration } from '../output/units.ts';

interface Options extends NodeChoice {
  readonly all?: boolean;
  readonly json?: boolean;
}

export function psCommand(): Command {
  const command = new Command('ps')
    .summary('list the vTasks of all nodes')
    .description(
      'Lists the living vTasks of all nodes. Nodes that cannot be asked are named on stderr.',
    )
    .option('--all', 'those too that ended a short while ago')
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(listVTasks);
  return examples(
    command,
    'vstar ps',
    'vstar ps --all --json | jq \'.[] | select(.state == "died")\'',
  );
}

async function listVTasks(options: Options): Promise<void> {
  const { withSession } = await import('../session.ts');
  const { allVTasks, hasEnded } = await import('../all-vtasks.ts');
  const { json, table } = await import('../output/table.ts');
  const { vtasks, silent } = await withSession(options, allVTasks);
  for (const { node, why } of silent) {
    process.stderr.write(`vstar: the vTasks of ${node.name} (${node.id}) are not shown: ${why}\n`);
  }
  const shown = options.all ? vtasks : vtasks.filter((each) => !hasEnded(each));
  if (options.json) {
    process.stdout.write(json(shown.map(forPrograms)));
    return;
  }
  const now = Date.now();
  const columns = [
    { title: 'VTID' },
    { title: 'NAME' },
    { title: 'IMAGE' },
    { title: 'NODE' },
    { title: 'STATE' },
    { title: 'AGE', align: 'right' },
    { title: 'CPU', align: 'right' },
    { title: 'MEMORY', align: 'right' },
  ] as const;
  process.stdout.write(
    table(
      columns,
      shown.map((each) => forPeople(each, now)),
    ),
  );
}

function forPeople(vtask: PlacedVTask, now: number): readonly string[] {
  return [
    vtask.vtid,
    vtask.name ?? '',
    shortImage(vtask.image),
    vtask.nodeName,
    vtask.state,
    formatAge(vtask.createdMs, now),
    formatDuration(vtask.cpuUs / 1_000),
    formatBytes(vtask.memoryBytes),
  ];
}

/** What is missing is null: a program finds every field. */
function forPrograms(vtask: PlacedVTask): unknown {
  const {
    vtid,
    name = null,
    tenant,
    image,
    node,
    nodeName,
    creator = null,
    reason = null,
    ...rest
  } = vtask;
  return { vtid, name, tenant, image, node, nodeName, ...rest, creator, reason };
}

/** Images that `vstar run` uploaded are named by 64 digits, of which a few do. */
function shortImage(image: string): string {
  return image.replace(/([0-9a-f]{12})[0-9a-f]{52}/, '$1…');
}
