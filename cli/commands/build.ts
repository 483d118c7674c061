import { Command } from 'commander';
import { examples } from '../options.ts';

interface Options {
  readonly output: string;
  readonly world?: string;
  readonly wasi?: boolean;
}

export function buildCommand(): Command {
  const command = new Command('build')
    .summary('build an image from source')
    .description(
      'Builds an image from a TypeScript module and what it imports, or from C files, with the SDKs that come with ' +
        'vstar. What was built before is taken from the cache. Needs no node.',
    )
    .argument('<source...>', 'one .ts or .js file, or .c files')
    .requiredOption('-o, --output <file>', 'where to write the image')
    .option('--world <world>', 'the WIT world it is built for, as posiv:kernel/service@0.1.0')
    .option('--wasi', 'a C program with a main, as a WASI preview 1 command')
    .action(build);
  return examples(
    command,
    'vstar build main.ts -o greeter.wasm && vstar run --detach --name greeter ./greeter.wasm',
    'vstar build --wasi tool.c -o tool.wasm && vstar run ./tool.wasm --help',
  );
}

async function build(sources: readonly string[], options: Options): Promise<void> {
  const { buildFromSource } = await import('../images/from-source.ts');
  const { once } = await import('../files/once.ts');
  const { checkOutput, writeOutput } = await import('../files/output-file.ts');
  const { listenForInterrupt } = await import('../interrupt.ts');
  const { output, world, wasi = false } = options;
  await checkOutput(output);
  using interrupt = listenForInterrupt();
  const image = await buildFromSource(sources, {
    world,
    isWasi: wasi,
    signal: interrupt.signal,
    onBuild: () => process.stderr.write(`building ${output}\n`),
  });
  await writeOutput(output, once(image));
}
