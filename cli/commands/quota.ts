import { Command } from 'commander';
import type { Quota } from '#posiv-wit/generated/kernel.ts';
import { kebabCase } from '#posiv-wit/kebab-case.ts';
import { DEFAULT_QUOTA, PAGE_BYTES } from '#posiv-wit/quota.ts';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples, jsonOption } from '../options.ts';
import { parseCount, parseSize } from '../output/units.ts';

type Change = Partial<Omit<Quota, 'memoryPages'>>;

interface Options extends NodeChoice, Change {
  readonly memory?: number;
  readonly json?: boolean;
}

const MOST = 1_000_000_000;
const MOST_MS = 0xffff_ffff;

export function quotaCommand(): Command {
  const command = new Command('quota')
    .summary('show or change what a vTask may use')
    .description(
      'Shows what a vTask may use and how often it wanted more, or changes it while it runs. docs/limits.md says what passing each limit does.',
    )
    .argument('<vtask>', 'its vtid or name')
    .option(
      '--cpu-weight <n>',
      "its part of its lane's time, beside the weights of others",
      parseCount('--cpu-weight', 1, 1_000),
    )
    .option(
      '--table-elements <n>',
      'that its tables may come to have, if it has not started yet',
      parseCount('--table-elements', 1, MOST),
    )
    .option('--memory <size>', 'that its memories may come to have', parseSize('--memory'))
    .option('--cpu-rate <n>', 'thousandths of a core', parseCount('--cpu-rate', 1, 1_000))
    .option('--mailbox-bytes <size>', 'of what waits for it', parseSize('--mailbox-bytes'))
    .option('--message-rate <n>', 'messages a second', parseCount('--message-rate', 1, MOST))
    .option('--log-rate <size>', 'bytes of log a second', parseSize('--log-rate'))
    .option('--watches <n>', 'that are open', parseCount('--watches', 1, MOST))
    .option('--requests <n>', 'that are out', parseCount('--requests', 1, MOST))
    .option('--life-ms <ms>', 'from its making to its end', parseCount('--life-ms', 1, MOST_MS))
    .option('--scratch-bytes <size>', 'of scratch blobs', parseSize('--scratch-bytes'))
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(showOrChange);
  return examples(
    command,
    'vstar quota greeter',
    'vstar quota greeter --cpu-weight 10 --memory 32M',
  );
}

async function showOrChange(vtask: string, options: Options): Promise<void> {
  const { json: asJson, data, memory, ...others } = options;
  const { withSession } = await import('../session.ts');
  const { answer } = await import('../answer.ts');
  const { findVTask } = await import('../find-vtask.ts');
  const { json, table } = await import('../output/table.ts');
  const change: Partial<Quota> = {
    ...others,
    ...(memory !== undefined && { memoryPages: Math.ceil(memory / PAGE_BYTES) }),
  };
  const choice: NodeChoice = data === undefined ? {} : { data };
  const { quota, refusals } = await withSession(choice, async (client) => {
    const found = await findVTask(client, vtask);
    if (Object.keys(change).length === 0) return found;
    const { vtid } = found;
    await answer(`quota ${vtask}`, client.vtask.adjust(vtid, { ...DEFAULT_QUOTA, ...change }));
    return answer(`quota ${vtask}`, client.vtask.info(vtid));
  });
  if (asJson) {
    process.stdout.write(json({ quota, refusals }));
    return;
  }
  const counts = new Map<string, number>(refusals.map(({ limit, count }) => [limit, count]));
  const rows = Object.entries(quota).map(([field, value]) => {
    const name = kebabCase(field);
    return [name, String(value), String(counts.get(name) ?? 0)];
  });
  const columns = [
    { title: 'LIMIT' },
    { title: 'VALUE', align: 'right' },
    { title: 'PASSED', align: 'right' },
  ] as const;
  process.stdout.write(table(columns, rows));
}
