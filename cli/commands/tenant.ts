import { Command } from 'commander';
import type { TenantQuota } from '#posiv-wit/generated/admin.ts';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples } from '../options.ts';
import { parseCount, parseSize } from '../output/units.ts';

const MAX_VTASKS = 1_000_000;
const MAX_CPU_RATE = 1_000_000;
const MAX_CPU_WEIGHT = 1_000;

interface Limits {
  readonly vtasks?: number;
  readonly memory?: number;
  readonly imageSize?: number;
  readonly cpuRate?: number;
  readonly cpuWeight?: number;
  readonly storeBytes?: number;
}

type Options = NodeChoice & Limits;

export function tenantCommand(): Command {
  return new Command('tenant')
    .summary('add a tenant to a node, change it, or take it away')
    .description(
      'Adds a tenant to a node, changes it, or takes it away. For the owner of the node.',
    )
    .addCommand(addCommand())
    .addCommand(setCommand())
    .addCommand(removeCommand());
}

function withLimits(command: Command): Command {
  return command
    .argument('<name>', '1 to 63 of a-z 0-9 -')
    .option(
      '--vtasks <n>',
      'vTasks that it may have on the node',
      parseCount('--vtasks', 1, MAX_VTASKS),
    )
    .option('--memory <size>', 'memory that they may hold together', parseSize('--memory'))
    .option('--image-size <size>', 'of the largest image', parseSize('--image-size'))
    .option(
      '--cpu-rate <n>',
      'thousandths of a core that they may use together',
      parseCount('--cpu-rate', 1, MAX_CPU_RATE),
    )
    .option(
      '--cpu-weight <n>',
      'its part of the processors, beside the weights of other tenants',
      parseCount('--cpu-weight', 1, MAX_CPU_WEIGHT),
    )
    .option(
      '--store-bytes <size>',
      'of durable blobs that it may have written on the node',
      parseSize('--store-bytes'),
    )
    .addOption(dataOption());
}

/** A limit that is not given is 0: the default for a new tenant, and no change for one that is there. */
function quotaOf(limits: Limits): TenantQuota {
  const { vtasks = 0, memory = 0, imageSize = 0, cpuRate = 0 } = limits;
  const { cpuWeight = 0, storeBytes = 0 } = limits;
  return { vtasks, memoryBytes: memory, imageBytes: imageSize, cpuRate, cpuWeight, storeBytes };
}

function addCommand(): Command {
  const command = new Command('add').description(
    'Adds a tenant and prints its token, once: the node keeps a hash of it. A limit that is not given has its default.',
  );
  withLimits(command).action(async (name: string, options: Options) => {
    const { withSession } = await import('../session.ts');
    const { answer } = await import('../answer.ts');
    const token = await withSession(options, (client) =>
      answer(`tenant add ${name}`, client.tenants.add(name, quotaOf(options))),
    );
    process.stdout.write(`${token}\n`);
  });
  return examples(command, 'vstar tenant add alice --vtasks 1000 --memory 2G');
}

function setCommand(): Command {
  const command = new Command('set').description(
    'Changes the limits of a tenant, at once. A limit that is not given stays as it is; what it has beyond a limit stays too.',
  );
  withLimits(command).action(async (name: string, options: Options) => {
    const { withSession } = await import('../session.ts');
    const { answer } = await import('../answer.ts');
    await withSession(options, (client) =>
      answer(`tenant set ${name}`, client.tenants.set(name, quotaOf(options))),
    );
  });
  return examples(command, 'vstar tenant set alice --cpu-rate 500');
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
