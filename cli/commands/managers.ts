import { Argument, Command } from 'commander';
import type { ManagerName } from '#posiv-wit/generated/admin.ts';
import { MANAGER_NAMES } from '../manager-names.ts';
import type { ListOptions, SwapOptions } from '../managers.ts';
import { dataOption, examples, jsonOption } from '../options.ts';

export function managersCommand(): Command {
  return new Command('managers')
    .summary('list the managers of all nodes, or swap one while they run')
    .description(
      'A manager decides in place of the mechanism: which node a vTask goes to (resource), which nodes keep bytes (storage), which lane runs a ' +
        'vTask (task), what it may be given (security), which of several that can serve does (distribution). Each node has a built-in one of each, ' +
        'in whose place a component can decide.',
    )
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(setCommand())
    .addCommand(resetCommand());
}

function listCommand(): Command {
  const command = new Command('ls')
    .description(
      'Lists what decides on each node, the built-in strategy or an image, as nodes last told. One that is failing decides again as soon as it answers; ' +
        'meanwhile the built-in strategy does.',
    )
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(async (options: ListOptions) => {
      const { listManagers } = await import('../managers.ts');
      await listManagers(options);
    });
  return examples(
    command,
    'vstar managers ls',
    "vstar managers ls --json | jq '.[] | select(.builtIn | not)'",
  );
}

function setCommand(): Command {
  const command = new Command('set')
    .description(
      'Has a component decide from now on, also after a restart of the node. Each node loads it and asks it on trial before it takes the place of ' +
        'the one that decides; where anything is wrong that one stays.',
    )
    .addArgument(managerArgument())
    .argument('<image>', 'a file, or vstore:/PATH, that exports its interface and imports nothing')
    .option('--node <node>', 'id or name of the only node (default: all)')
    .addOption(jsonOption('write JSON'))
    .addOption(dataOption())
    .action(async (manager: ManagerName, image: string, options: SwapOptions) => {
      const { setManager } = await import('../managers.ts');
      await setManager(manager, image, options);
    });
  return examples(
    command,
    'vstar build strategy.ts --world posiv:managers/resource-manager@0.1.0 -o strategy.wasm',
    'vstar managers set resource ./strategy.wasm',
    'vstar managers set task ./tasks.wasm --node node-2',
  );
}

function resetCommand(): Command {
  const command = new Command('reset')
    .description('Has the built-in strategy decide again.')
    .addArgument(managerArgument())
    .option('--node <node>', 'id or name of the only node (default: all)')
    .addOption(jsonOption('write JSON'))
    .addOption(dataOption())
    .action(async (manager: ManagerName, options: SwapOptions) => {
      const { resetManager } = await import('../managers.ts');
      await resetManager(manager, options);
    });
  return examples(
    command,
    'vstar managers reset resource',
    'vstar managers reset task --node node-2',
  );
}

function managerArgument(): Argument {
  return new Argument('<manager>').choices(MANAGER_NAMES);
}
