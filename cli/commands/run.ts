import { Command, Option } from 'commander';
import { collect, dataOption, examples } from '../options.ts';
import { parseSize } from '../output/units.ts';
import type { RunOptions } from '../run-image.ts';

export function runCommand(): Command {
  const command = new Command('run')
    .summary('run an image as a vTask')
    .description(
      'Runs an image as a vTask, passes on what it writes, waits for its end, and ends with its status. ' +
        'IMAGE is a file, vstore:/PATH, or the name of a guest that comes with vstar (hello, ping, …); it may be a ' +
        'component, a core module or a WASI command. Ctrl-C ends the vTask too.',
    )
    .argument('<image>', 'what to run')
    .argument('[args...]', 'passed to it; vstar’s own options come before IMAGE')
    .option('--name <name>', 'unique in the cluster while it lives, makes it durable')
    .option('--detach', 'do not wait: print its vtid; it goes on when vstar ends')
    .option('--node <node>', 'id or name of the node that it must be on')
    .option(
      '--grant <interface>',
      'let it import this, as posiv:vstore or posiv:vstore/files, may be repeated; posiv:kernel always is',
      collect,
    )
    .option('--env <key=value>', 'environment variable of a WASI program, may be repeated', collect)
    .option('--memory <size>', 'what its memories may hold (default: 256M)', parseSize('--memory'))
    .addOption(
      new Option(
        '--restart <when>',
        'when it is made again, up to 5 times a minute; on another node if its own is lost',
      )
        .choices(['never', 'on-failure', 'always'])
        .default('never'),
    )
    .addOption(dataOption())
    .passThroughOptions()
    .action(async (image: string, args: readonly string[], options: RunOptions) => {
      const { runImage } = await import('../run-image.ts');
      process.exitCode = await runImage(image, args, options);
    });
  return examples(
    command,
    'vstar run hello Ada',
    'vstar run --name greeter --detach ./greeter.wasm',
    'vstar run --name greeter --detach --restart on-failure ./greeter.wasm',
    'vstar run --node node-2 --grant posiv:vstore --memory 64M ./tool.wasm --verbose',
  );
}
