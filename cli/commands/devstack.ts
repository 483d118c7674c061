import { Command, Option } from 'commander';
import { examples, jsonOption } from '../options.ts';
import { parseCount } from '../output/units.ts';

interface Options {
  readonly nodes: number;
  readonly lanes?: number;
  readonly httpPort?: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly chaos?: boolean;
  readonly json?: boolean;
}

const MAX_NODES = 64; // each is a process

export function devstackCommand(): Command {
  const command = new Command('devstack')
    .summary('start a cluster on this machine, for as long as a command runs')
    .description(
      'Starts a cluster of separate processes on the loopback interface, with its data in a temporary folder. ' +
        'Runs COMMAND with `vstar` on its PATH and pointed at the cluster, stops everything, and ends with the status ' +
        'of COMMAND. Without COMMAND it runs until Ctrl-C.',
    )
    .argument('[command...]', 'what to run, after --')
    .option('--nodes <n>', 'how many worker nodes', parseCount('--nodes', 1, MAX_NODES), 3)
    .option(
      '--lanes <n>',
      'threads of each node for vTasks (default: the cores, shared out)',
      parseCount('--lanes', 1, 1024),
    )
    .option(
      '--http-port <port>',
      'let the first node answer HTTP on this loopback port too',
      parseCount('--http-port', 0, 65_535),
    )
    .addOption(
      new Option('--log-level <level>', 'what the nodes log, to NODE.log in the temporary folder')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('warn'),
    )
    .option(
      '--chaos',
      'kill one node after the other meanwhile, the first one first, and start it again; `vstar` asks whichever answers',
    )
    .addOption(jsonOption())
    .passThroughOptions()
    .action(async (words: readonly string[], options: Options) => {
      const { devstack } = await import('../devstack/run.ts');
      process.exitCode = await devstack(words, options);
    });
  return examples(
    command,
    'vstar devstack --nodes 3 -- vstar wordcount book.txt --output counts.tsv',
    "vstar devstack -- sh -c 'vstar put book.txt /books/ && vstar ls /'",
    'vstar devstack --nodes 5',
    'vstar devstack --nodes 5 --chaos -- vstar wordcount book.txt --output counts.tsv',
  );
}
