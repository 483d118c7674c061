import { Command } from 'commander';
import { dataOption, examples, jsonOption } from '../options.ts';
import { parseCount, parseSize } from '../output/units.ts';
import type { WordcountOptions } from '../wordcount/command.ts';

const MAX_TASKS = 1024;

export function wordcountCommand(): Command {
  const command = new Command('wordcount')
    .summary('count words on all nodes')
    .description(
      'Counts the words of files by MapReduce. A word is what lies between spaces, tabs, line feeds, form feeds and ' +
        'carriage returns, whatever its bytes. The result has a line `word<TAB>count` for each, sorted by bytes.',
    )
    .argument(
      '<file...>',
      'local files, which are uploaded for the time of the job, or vstore:/PATH',
    )
    .requiredOption('-o, --output <file>', 'where to write the result, - for standard output')
    .option(
      '--maps <n>',
      'map vTasks (default: two for each node)',
      parseCount('--maps', 1, MAX_TASKS),
    )
    .option(
      '--reduces <n>',
      'reduce vTasks (default: one for each node)',
      parseCount('--reduces', 1, MAX_TASKS),
    )
    .option(
      '--split-size <size>',
      'bytes that a map vTask is given at once',
      parseSize('--split-size'),
    )
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(async (files: readonly string[], options: WordcountOptions) => {
      const { wordcount } = await import('../wordcount/command.ts');
      await wordcount(files, options);
    });
  return examples(
    command,
    'vstar wordcount book.txt --output counts.tsv',
    'vstar wordcount --maps 16 --reduces 4 --split-size 16M vstore:/books/moby-dick -o -',
  );
}
