import { Command, Option } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import type { CreateOptions } from '../machine/create.ts';
import type { ConsoleOptions } from '../machine/console.ts';
import type { ActOptions } from '../machine/act.ts';
import type { RemoveOptions } from '../machine/remove.ts';
import { collect, dataOption, examples, jsonOption } from '../options.ts';
import { parseCount, parseDuration, parseSize } from '../output/units.ts';
import { machineTemplateCommand } from './machine-template.ts';

const MAX_COUNT = 1_000;
const MAX_PROCESSORS = 16;

export function machineCommand(): Command {
  return new Command('machine')
    .summary('virtual machines: make them, look at them, take them down')
    .description(
      'Virtual machines, each of which is a vTask that has a hypervisor on its node. docs/machines.md has more.',
    )
    .addCommand(createCommand())
    .addCommand(lsCommand())
    .addCommand(infoCommand())
    .addCommand(actCommand('start', 'Starts machines that are stopped or failed.', true))
    .addCommand(actCommand('pause', 'Stops the processors of machines; they stay where they are.'))
    .addCommand(
      actCommand(
        'resume',
        'Lets machines go on that are paused or suspended, wherever there is room.',
        true,
      ),
    )
    .addCommand(
      actCommand(
        'suspend',
        'Takes machines down with their memory and disks in vStore: any node can resume them.',
      ),
    )
    .addCommand(
      actCommand('stop', 'Switches machines off, as by their power; their disks are kept.'),
    )
    .addCommand(
      actCommand(
        'migrate',
        'Moves machines to another node while they run; they stand still for some milliseconds.',
        true,
      ),
    )
    .addCommand(
      actCommand(
        'snapshot',
        'Keeps memory and disk of machines as they are now, while they run: what they are made again from if they are lost.',
      ),
    )
    .addCommand(cloneCommand())
    .addCommand(consoleCommand())
    .addCommand(logsCommand())
    .addCommand(rmCommand())
    .addCommand(hostsCommand())
    .addCommand(machineTemplateCommand());
}

function createCommand(): Command {
  const command = new Command('create')
    .description(
      'Makes one machine, or several, spread over the nodes, and waits until all are there.',
    )
    .argument('<name>', '1 to 63 of a-z 0-9 -; of several, what their names begin with')
    .option(
      '--count <n>',
      'so many, named NAME-1, NAME-2, …',
      parseCount('--count', 1, MAX_COUNT),
      1,
    )
    .option('--template <name>', 'what they start from', 'debian')
    .option(
      '--memory <size>',
      'of each (default: what the template needs, 64M mostly)',
      parseSize('--memory'),
    )
    .option(
      '--disk <size>',
      'of each, what is not written takes no room (default: 2G)',
      parseSize('--disk'),
    )
    .option('--cpus <n>', 'processors of each', parseCount('--cpus', 1, MAX_PROCESSORS), 1)
    .addOption(
      new Option('--restart <when>', 'when one is made again, on any node')
        .choices(['never', 'on-failure'])
        .default('on-failure'),
    )
    .option('--paused', 'do not let them run yet')
    .option(
      '--snapshot-every <time>',
      'keep each in vStore so often, while it runs (default: never)',
      parseDuration('--snapshot-every', 10_000, 7 * 86_400_000),
    )
    .addOption(
      new Option(
        '--backend <name>',
        'what runs them (default: QEMU); v86 is slow, and a container is no machine',
      ).choices(['qemu-kvm', 'qemu-tcg', 'v86', 'container']),
    )
    .option(
      '--network <network>',
      'what each is joined to, may be repeated: user, a network with its node; link:NAME, one with all machines of the tenant on that ' +
        'link (default: none)',
      collect,
    )
    .option(
      '--forward <[address:]port:guestport>',
      'a port of the node that leads to one of the machine, at 127.0.0.1 if no address is given, may be repeated',
      collect,
    )
    .option('--outward', 'a machine with --network user may reach what its node can')
    .option(
      '--bandwidth <size>',
      'bytes a second that each may send, and be sent (default: 16M)',
      parseSize('--bandwidth'),
    )
    .addOption(jsonOption('write what became of each as JSON'))
    .addOption(dataOption())
    .action(async (name: string, options: CreateOptions) => {
      const { createMachines } = await import('../machine/create.ts');
      await createMachines(name, options);
    });
  return examples(
    command,
    'vstar machine template build debian',
    'vstar machine create web --memory 128M',
    'vstar machine create worker --count 20',
    'vstar machine create site --network user --forward 8080:80 --network link:lan',
  );
}

interface ListOptions extends NodeChoice {
  readonly json?: boolean;
}

function lsCommand(): Command {
  const command = new Command('ls')
    .description('Lists the machines, on whichever node they are.')
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(async (options: ListOptions) => {
      const { listMachines } = await import('../machine/list.ts');
      await listMachines(options);
    });
  return examples(
    command,
    'vstar machine ls',
    'vstar machine ls --json | jq -r \'.[] | select(.state == "failed") | .name\'',
  );
}

function infoCommand(): Command {
  const command = new Command('info')
    .description('Says what is known of a machine, and what it uses now.')
    .argument('<name>')
    .addOption(jsonOption('write JSON instead of lines'))
    .addOption(dataOption())
    .action(async (name: string, options: ListOptions) => {
      const { describeMachine } = await import('../machine/info.ts');
      await describeMachine(name, options);
    });
  return examples(command, 'vstar machine info web');
}

function actCommand(
  action: 'start' | 'pause' | 'resume' | 'suspend' | 'stop' | 'migrate' | 'snapshot',
  description: string,
  starts = false,
): Command {
  const command = new Command(action).description(description).argument('<name...>');
  if (starts) command.option('--node <node>', 'id or name of the node that it must be on');
  command.addOption(dataOption()).action(async (names: readonly string[], options: ActOptions) => {
    const { actOnMachines } = await import('../machine/act.ts');
    await actOnMachines(action, names, options);
  });
  const usual = `vstar machine ${action} web`;
  return starts ? examples(command, usual, `${usual} --node node-2`) : examples(command, usual);
}

function cloneCommand(): Command {
  const command = new Command('clone')
    .description(
      'Makes machines that begin as another one is now, with its memory and disk; one that is not there, as it was kept last.',
    )
    .argument('<name>')
    .argument('<new>', 'as of create')
    .option('--count <n>', 'so many, named NEW-1, NEW-2, …', parseCount('--count', 1, MAX_COUNT), 1)
    .addOption(dataOption())
    .action(
      async (name: string, copy: string, options: NodeChoice & { readonly count: number }) => {
        const { cloneMachine } = await import('../machine/act.ts');
        await cloneMachine(name, copy, options);
      },
    );
  return examples(
    command,
    'vstar machine clone web web-copy',
    'vstar machine clone web test --count 5',
  );
}

function consoleCommand(): Command {
  const command = new Command('console')
    .description(
      "Joins the terminal to a machine's console, wherever that goes; Ctrl-] lets go of it. What comes by standard input otherwise is typed there.",
    )
    .argument('<name>')
    .option('--until <text>', 'end once the console has said this after the input')
    .addOption(dataOption())
    .action(async (name: string, options: ConsoleOptions) => {
      const { attachConsole } = await import('../machine/console.ts');
      await attachConsole(name, options);
    });
  return examples(
    command,
    'vstar machine console web',
    "echo 'uname -r; echo do''ne' | vstar machine console web --until done",
  );
}

function logsCommand(): Command {
  const command = new Command('logs')
    .description(
      'Shows what a machine has written to its console since it was last made, the last 256 KiB.',
    )
    .argument('<name>')
    .option('-f, --follow', 'go on until the machine ends')
    .addOption(dataOption())
    .action(async (name: string, options: NodeChoice & { readonly follow?: boolean }) => {
      const { showConsole } = await import('../machine/console.ts');
      await showConsole(name, options);
    });
  return examples(command, 'vstar machine logs --follow web');
}

function rmCommand(): Command {
  const command = new Command('rm')
    .description(
      'Ends machines, and forgets them and what was kept of them. Once it is written that they go, they do, whatever is lost meanwhile.',
    )
    .argument('[name...]')
    .option('--group <name>', 'all that were made by one create or clone of that name')
    .addOption(jsonOption('write what became of each as JSON'))
    .addOption(dataOption())
    .action(async (names: readonly string[], options: RemoveOptions) => {
      const { removeMachines } = await import('../machine/remove.ts');
      await removeMachines(names, options);
    });
  return examples(
    command,
    'vstar machine rm web worker-1 worker-2',
    'vstar machine rm --group worker',
  );
}

function hostsCommand(): Command {
  const command = new Command('hosts')
    .description('Says what each node can run machines by, and what room it has for them.')
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(async (options: ListOptions) => {
      const { listHosts } = await import('../machine/list.ts');
      await listHosts(options);
    });
  return examples(command, 'vstar machine hosts');
}
