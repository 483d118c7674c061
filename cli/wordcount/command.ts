import type { NodeChoice } from '../control-target.ts';
import { UsageError } from '../errors.ts';
import { once } from '../files/once.ts';
import { checkOutput, writeOutput } from '../files/output-file.ts';
import { json } from '../output/table.ts';
import { formatCount, formatDuration } from '../output/units.ts';
import { withSession } from '../session.ts';
import type { PosivClient } from '#node/control/client.ts';
import { countWords, jobFolder, removeFolder, wordCountImages } from './count-words.ts';
import { summarise } from './counts.ts';
import { JobBars } from './job-progress.ts';
import { countedAgain, persist } from './persist.ts';
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
    const started = performance.now();
    let attempts = 1;
    const count = async (client: PosivClient, signal: AbortSignal, attempt: number) => {
      const images = await wordCountImages(signal, (progress) => bars.building(progress));
      return countWords(client, texts, images, folder, {
        ...options,
        signal,
        attempt,
        onUpload: (stored, total) => bars.uploading(stored, total),
        onProgress: (now) => bars.counting(now),
      });
    };
    const { tsv, progress } = await persist(options, count, ({ attempt, why }) => {
      attempts = attempt;
      bars.stop();
      process.stderr.write(`vstar: ${countedAgain(why)}\n`);
    });
    await writeOutput(output, once(tsv));
    bars.stop();
    const { words, distinct } = summarise(tsv, 0);
    const elapsedMs = Math.round(performance.now() - started);
    if (options.json) {
      const { retries, tasks } = progress;
      process.stdout.write(json({ words, distinct, elapsedMs, output, attempts, retries, tasks }));
      return;
    }
    const maps = progress.tasks.filter(({ kind }) => kind === 'map').length;
    process.stderr.write(
      `${formatCount(words)} words, ${formatCount(distinct)} different ones, ` +
        `counted by ${maps} map and ${progress.tasks.length - maps} reduce vTasks ` +
        `in ${formatDuration(elapsedMs)}${attempts > 1 ? `, at attempt ${attempts}` : ''}\n`,
    );
  } finally {
    // After Ctrl-C the connection that made them is closed, and the texts would stay.
    await withSession(options, (client) => removeFolder(client, folder)).catch(() => {});
  }
}
