import type { NodeChoice } from '../control-target.ts';
import { UsageError } from '../errors.ts';
import { checkOutput, writeOutput } from '../files/output-file.ts';
import { json } from '../output/table.ts';
import { formatCount, formatDuration } from '../output/units.ts';
import { withSession } from '../session.ts';
import { countWords, jobFolder, removeFolder, wordCountImages } from './count-words.ts';
import { summarise } from './counts.ts';
import { JobBars } from './job-progress.ts';
import { textOf } from './text.ts';

export interface WordcountOptions extends NodeChoice {
  readonly output: string;
  readonly maps?: number;
  readonly reduces?: number;
  readonly splitSize?: number;
  readonly json?: boolean;
}

/** `vstar wordcount`. */
export async function wordcount(
  files: readonly string[],
  options: WordcountOptions,
): Promise<void> {
  const { output } = options;
  if (options.json && output === '-')
    throw new UsageError('--json and the counts cannot both go to standard output: name a file');
  const texts = await Promise.all(files.map((file) => textOf(file)));
  await checkOutput(output);
  const folder = jobFolder();
  using bars = new JobBars();
  try {
    await withSession(options, async (client, signal) => {
      const started = performance.now();
      const images = await wordCountImages(signal, (progress) => bars.building(progress));
      const { tsv, progress } = await countWords(client, texts, images, folder, {
        ...options,
        signal,
        onUpload: (stored, total) => bars.uploading(stored, total),
        onProgress: (now) => bars.counting(now),
      });
      await writeOutput(output, once(tsv));
      bars.stop();
      const { words, distinct } = summarise(tsv, 0);
      const elapsedMs = Math.round(performance.now() - started);
      if (options.json) {
        const { retries, tasks } = progress;
        process.stdout.write(json({ words, distinct, elapsedMs, output, retries, tasks }));
        return;
      }
      const maps = progress.tasks.filter(({ kind }) => kind === 'map').length;
      process.stderr.write(
        `${formatCount(words)} words, ${formatCount(distinct)} different ones, ` +
          `counted by ${maps} map and ${progress.tasks.length - maps} reduce vTasks ` +
          `in ${formatDuration(elapsedMs)}\n`,
      );
    });
  } finally {
    // After Ctrl-C the connection that made them is closed, and the texts would stay.
    await withSession(options, (client) => removeFolder(client, folder)).catch(() => {});
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
