import { Command } from 'commander';
import type { PosivClient } from '#node/control/client.ts';
import type { Stat } from '#posiv-wit/generated/vstore.ts';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples, jsonOption } from '../options.ts';
import { formatBytes } from '../output/units.ts';

interface Options extends NodeChoice {
  readonly json?: boolean;
}

export function lsCommand(): Command {
  const command = new Command('ls')
    .summary('list files')
    .description('Lists the paths of vStore that begin with a prefix, by their bytes.')
    .argument('[prefix]', 'what they begin with', '/')
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(list);
  return examples(command, 'vstar ls', 'vstar ls /books/');
}

async function list(prefix: string, options: Options): Promise<void> {
  const { withSession } = await import('../session.ts');
  const { json, table } = await import('../output/table.ts');
  const { UsageError } = await import('../errors.ts');
  if (prefix !== '' && !prefix.startsWith('/'))
    throw new UsageError(`the prefix is ${JSON.stringify(prefix)}; a path in vStore begins with /`);
  const stats = await withSession(options, (client) => allPaths(client, prefix));
  if (options.json) {
    process.stdout.write(json(stats));
    return;
  }
  const rows = stats.map(({ path, size, modifiedMs }) => [
    formatBytes(size),
    new Date(modifiedMs).toISOString().replace('T', ' ').slice(0, 19),
    path,
  ]);
  const columns = [
    { title: 'SIZE', align: 'right' },
    { title: 'MODIFIED (UTC)' },
    { title: 'PATH' },
  ] as const;
  process.stdout.write(table(columns, rows));
}

async function allPaths(client: PosivClient, prefix: string): Promise<readonly Stat[]> {
  const { answer } = await import('../answer.ts');
  const all: Stat[] = [];
  for (;;) {
    const page = await answer(`ls ${prefix}`, client.files.list(prefix, all.at(-1)?.path));
    if (page.length === 0) return all;
    all.push(...page);
  }
}
