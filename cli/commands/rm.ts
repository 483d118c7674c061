import { Command } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples } from '../options.ts';

export function rmCommand(): Command {
  const command = new Command('rm')
    .summary('remove files')
    .description('Takes paths of vStore away. Bytes that no path stands for any more go later.')
    .argument('<path...>', 'paths in vStore')
    .addOption(dataOption())
    .action(async (paths: readonly string[], options: NodeChoice) => {
      const { withSession } = await import('../session.ts');
      const { answer } = await import('../answer.ts');
      await withSession(options, async (client) => {
        for (const path of paths) await answer(`rm ${path}`, client.files.delete(path));
      });
    });
  return examples(command, 'vstar rm /books/moby-dick');
}
