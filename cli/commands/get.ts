import { Command } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import { UsageError } from '../errors.ts';
import { dataOption, examples } from '../options.ts';
import { parseSize } from '../output/units.ts';

interface Options extends NodeChoice {
  readonly offset: number;
  readonly length?: number;
}

export function getCommand(): Command {
  const command = new Command('get')
    .summary('fetch a file')
    .description(
      'Fetches what a path of vStore stands for. A file is written as a whole or not at all.',
    )
    .argument('<path>', 'path in vStore')
    .argument('[file]', 'where to write it, - for standard output', '-')
    .option('--offset <bytes>', 'from this byte on', parseSize('--offset'), 0)
    .option('--length <bytes>', 'at most so many (default: all)', parseSize('--length'))
    .addOption(dataOption())
    .action(get);
  return examples(
    command,
    'vstar get /books/moby-dick book.txt',
    'vstar get --length 64K /books/moby-dick | less',
  );
}

async function get(path: string, file: string, options: Options): Promise<void> {
  const { withSession } = await import('../session.ts');
  const { readBound } = await import('../files/download.ts');
  const { checkOutput, writeOutput } = await import('../files/output-file.ts');
  const { answer } = await import('../answer.ts');
  await checkOutput(file);
  await withSession(options, async (client) => {
    const { blob, size } = await answer(`get ${path}`, client.files.stat(path));
    const { offset } = options;
    if (offset > size) throw new UsageError(`--offset is ${offset}, but ${path} has ${size} bytes`);
    const length = Math.min(options.length ?? size, size - offset);
    await writeOutput(file, readBound(client, path, blob, { offset, length }));
  });
}
