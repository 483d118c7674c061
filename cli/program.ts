import { Command } from 'commander';
import { UsageError } from './errors.ts';
import { buildCommand } from './commands/build.ts';
import { clusterCommand } from './commands/cluster.ts';
import { drainCommand } from './commands/drain.ts';
import { devstackCommand } from './commands/devstack.ts';
import { doctorCommand } from './commands/doctor.ts';
import { getCommand } from './commands/get.ts';
import { inspectCommand } from './commands/inspect.ts';
import { joinCommand } from './commands/join.ts';
import { killCommand } from './commands/kill.ts';
import { logsCommand } from './commands/logs.ts';
import { lsCommand } from './commands/ls.ts';
import { machineCommand } from './commands/machine.ts';
import { managersCommand } from './commands/managers.ts';
import { metricsCommand } from './commands/metrics.ts';
import { nodeCommand } from './commands/node.ts';
import { nodesCommand } from './commands/nodes.ts';
import { psCommand } from './commands/ps.ts';
import { putCommand } from './commands/put.ts';
import { quotaCommand } from './commands/quota.ts';
import { rmCommand } from './commands/rm.ts';
import { runCommand } from './commands/run.ts';
import { servicesCommand } from './commands/services.ts';
import { tenantCommand } from './commands/tenant.ts';
import { tenantsCommand } from './commands/tenants.ts';
import { ticketCommand } from './commands/ticket.ts';
import { wordcountCommand } from './commands/wordcount.ts';

const HELP = `
Which node it talks to: that of --data DIR, else of VSTAR_CONTROL (unix:/PATH, or
http://127.0.0.1:PORT with VSTAR_TOKEN), else of ~/.local/share/vstarcloud.

Examples:
  vstar devstack --nodes 3 -- vstar wordcount book.txt --output counts.tsv
  vstar node --name first
  vstar run --name greeter --detach ./greeter.wasm
  vstar ps

Exit status: 0 done, 1 failed, 2 wrong command line, 3 not found, 4 no node,
5 bad input, 6 no room, 7 unreachable; run and devstack pass that of the program
through, and end with 125 if they could not start it, 126 if it died. docs/cli.md
has more.`;

/** The whole command line. Each command brings what it does only when it is called. */
export function vstarProgram(version: string): Command {
  const program = new Command('vstar')
    .description(
      'vStarCloud: a cloud operating system that runs WebAssembly vTasks on many machines as on one',
    )
    .version(version)
    .enablePositionalOptions()
    .configureHelp({ showGlobalOptions: false })
    .addHelpCommand(
      new Command('help')
        .argument('[command]')
        .summary('say how a command is used')
        .helpGroup('Help:'),
    )
    .addHelpText('after', HELP);
  const groups: [string, Command[]][] = [
    [
      'Nodes:',
      [
        devstackCommand(),
        nodeCommand(),
        nodesCommand(),
        servicesCommand(),
        managersCommand(),
        metricsCommand(),
        drainCommand(),
        doctorCommand(),
      ],
    ],
    ['Clusters:', [joinCommand(), ticketCommand(), clusterCommand()]],
    ['Tenants:', [tenantsCommand(), tenantCommand()]],
    [
      'vTasks:',
      [
        runCommand(),
        psCommand(),
        logsCommand(),
        killCommand(),
        quotaCommand(),
        inspectCommand(),
        buildCommand(),
      ],
    ],
    ['vStore:', [putCommand(), getCommand(), lsCommand(), rmCommand()]],
    ['Jobs:', [wordcountCommand()]],
    ['Machines:', [machineCommand()]],
  ];
  for (const [heading, commands] of groups) {
    for (const command of commands) {
      command.helpGroup(heading).copyInheritedSettings(program);
      program.addCommand(command);
    }
  }
  for (const command of [program, ...below(program)]) {
    command.exitOverride();
    command.configureOutput({
      outputError: (text) => {
        const what = text.replace(/^error: /, '').trim();
        throw new UsageError(`${what.replace(/\.$/, '')}; see '${pathOf(command)} --help'`);
      },
    });
  }
  return program;
}

/** As it is called, `vstar machine create`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function below({ commands }: Command): Command[] {
  return commands.flatMap((command) => [command, ...below(command)]);
}
