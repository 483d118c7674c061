import { Command } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples } from '../options.ts';

interface Options extends NodeChoice {
  readonly follow?: boolean;
  readonly json?: boolean;
}

export function logsCommand(): Command {
  const command = new Command('logs')
    .summary('show what a vTask has said')
    .description(
      'Shows what a vTask has said: its output on stdout, its errors and its log on stderr. ' +
        'The last 256 KiB of a vTask are kept, for some time after its end too.',
    )
    .argument('<vtask>', 'vtid or name')
    .option('-f, --follow', 'go on until the vTask ends')
    .option('--json', 'write one JSON value a line')
    .addOption(dataOption())
    .action(showLog);
  return examples(command, 'vstar logs --follow greeter');
}

async function showLog(vtask: string, options: Options): Promise<void> {
  const { withSession } = await import('../session.ts');
  const { findVTask } = await import('../find-vtask.ts');
  const { logEntries, passOn } = await import('../follow-log.ts');
  await withSession(options, async (client, signal) => {
    const { vtid } = await findVTask(client, vtask);
    const follow = options.follow ?? false;
    for await (const entry of logEntries(client, vtid, { follow, signal })) {
      if (!options.json) {
        await passOn(entry);
        continue;
      }
      const { number, timeMs, channel, text } = entry;
      // One value a line: a program that follows can read each as it comes.
      process.stdout.write(`${JSON.stringify({ number, timeMs, channel, ...readable(text) })}\n`);
    }
  });
}

/** Text where it is text, else base64. */
function readable(bytes: Uint8Array): { text: string } | { base64: string } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}
