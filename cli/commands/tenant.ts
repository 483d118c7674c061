import { Command } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples } from '../options.ts';
import { parseCount, parseSize } from '../output/units.ts';

const MAX_VTASKS = 1_000_000;

interface AddOptions extends NodeChoice {
  readonly vtasks?: number;
  readonly memory?: number;
}

export function tenantCommand(): Command {
  return new Command('tenant')
    .summary('add a tenant to a node, or take one away')
    .description('Adds a tenant to a node, or takes one away. For the owner of the node.')
    .addCommand(addCommand())
    .addCommand(removeCommand());
}

function addCommand(): Command {
  const command = new Command('add')
    .description(
      'Adds a tenant and prints its token, once: the node keeps a hash of it. Without limits it has the default quota.',
    )
    .argument('<name>', '1 to 63 of a-z 0-9 -')
    .option(
      '--vtasks <n>',
      'vTasks that it may have on the node',
      parseCount('--vtasks', 1, MAX_VTASKS),
    )
    .option('--memory <size>', 'memory that they may hold together', parseSize('--memory'))
    .addOption(dataOption())
    .action(addTenant);
  return examples(command, 'vstar tenant add alice --vtasks 1000 --memory 2G');
}

async function addTenant(name: string, { vtasks, memory, ...choice }: AddOptions): Promise<void> {
  const { withSession } = await import('../session.ts');
  const { answer } = await import('../answer.ts');
  const { UsageError } = await import('../errors.ts');
  if ((vtasks === undefined) !== (memory === undefined))
    throw new UsageError('give both --vtasks and --memory, or neither');
  const quota =
    vtasks === undefined || memory === undefined ? undefined : { vtasks, memoryBytes: memory };
  const token = await withSession(choice, (client) =>
    answer(`tenant add ${name}`, client.tenants.add(name, quota)),
  );
  process.stdout.write(`${token}\n`);
}

function removeCommand(): Command {
  const command = new Command('rm')
    .description('Takes a tenant away: its token is void, its vTasks on the node end.')
    .argument('<name>')
    .addOption(dataOption())
    .action(async (name: string, options: NodeChoice) => {
      const { withSession } = await import('../session.ts');
      const { answer } = await import('../answer.ts');
      await withSession(options, (client) =>
        answer(`tenant rm ${name}`, client.tenants.remove(name)),
      );
    });
  return examples(command, 'vstar tenant rm alice');
}
