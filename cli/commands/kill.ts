import { Command } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples } from '../options.ts';

export function killCommand(): Command {
  const command = new Command('kill')
    .summary('end vTasks')
    .description(
      'Ends vTasks, wherever they are, and those that they made without `detached`. Ending one that has ended succeeds.',
    )
    .argument('<vtask...>', 'vtids or names')
    .addOption(dataOption())
    .action(async (vtasks: readonly string[], options: NodeChoice) => {
      const { withSession } = await import('../session.ts');
      const { findVTask } = await import('../find-vtask.ts');
      const { answer } = await import('../answer.ts');
      await withSession(options, async (client) => {
        // All are found before the first is ended.
        const found = await Promise.all(vtasks.map((each) => findVTask(client, each)));
        await Promise.all(found.map(({ vtid }) => answer(`kill ${vtid}`, client.vtask.kill(vtid))));
      });
    });
  return examples(command, 'vstar kill greeter');
}
