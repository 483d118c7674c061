import { basename } from 'node:path';
import { Command } from 'commander';
import type { NodeChoice } from '../control-target.ts';
import { UsageError } from '../errors.ts';
import { dataOption, examples, jsonOption } from '../options.ts';
import { formatBytes } from '../output/units.ts';

const LARGE_BYTES = 64 << 20;

interface Options extends NodeChoice {
  readonly json?: boolean;
}

export function putCommand(): Command {
  const command = new Command('put')
    .summary('store files')
    .description(
      'Stores files in vStore, in place of what was there. The paths change once all bytes are stored.',
    )
    .argument(
      '<file...>',
      'local files, - for standard input, then the PATH; one that ends in / takes the file names',
    )
    .usage('[options] FILE... PATH')
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(put);
  return examples(
    command,
    'vstar put book.txt /books/moby-dick',
    'vstar put *.txt /books/',
    'date | vstar put - /now',
  );
}

async function put(words: readonly string[], options: Options): Promise<void> {
  const targets = targetsOf(words);
  const { withSession } = await import('../session.ts');
  const { checkLocalFile, readBlocks, STDIO } = await import('../files/local-file.ts');
  const { storeFile } = await import('../files/upload.ts');
  const { openProgress } = await import('../output/progress.ts');
  const { json } = await import('../output/table.ts');
  const sizes = await Promise.all(
    targets.map(async ({ file }) => (file === STDIO ? undefined : checkLocalFile(file))),
  );
  const stats = await withSession(options, async (client, signal) => {
    const stored = [];
    for (const [at, { file, path }] of targets.entries()) {
      const size = sizes[at];
      const progress = openProgress({ label: path, format: formatBytes });
      const onStored = (bytes: number): void => progress.update(bytes, size ?? bytes);
      try {
        const init = { what: `put ${path}`, signal, ...(isShown(size) && { onStored }) };
        stored.push(await storeFile(client, path, readBlocks(file, signal), init));
      } finally {
        progress.stop();
      }
    }
    return stored;
  });
  if (options.json) process.stdout.write(json(stats));
}

/** A terminal is shown every file, a log only those that take their time. */
function isShown(size: number | undefined): boolean {
  return size !== undefined && (process.stderr.isTTY || size >= LARGE_BYTES);
}

function targetsOf(words: readonly string[]): readonly { file: string; path: string }[] {
  const files = words.slice(0, -1);
  const path = words.at(-1) ?? '';
  if (files.length === 0)
    throw new UsageError(`put ${path}: give the files and, last, the path in vStore`);
  if (!path.startsWith('/')) {
    throw new UsageError(`the path is ${JSON.stringify(path)}; a path in vStore begins with /`);
  }
  if (!path.endsWith('/')) {
    if (files.length > 1)
      throw new UsageError(`${path} cannot stand for ${files.length} files; end it with /`);
    return [{ file: files[0]!, path }];
  }
  if (files.includes('-'))
    throw new UsageError(`standard input has no name to be put under ${path}; give a whole path`);
  return files.map((file) => ({ file, path: path + basename(file) }));
}
