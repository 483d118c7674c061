import { Devstack } from '../devstack/devstack.ts';
import { devstackInit } from '../devstack/run.ts';
import { ResultDiffersError } from '../errors.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { formatBytes, formatCount } from '../output/units.ts';
import { withSession } from '../session.ts';
import {
  type BuildProgress,
  countWords,
  jobFolder,
  wordCountImages,
} from '../wordcount/count-words.ts';
import { type Summary, summarise } from '../wordcount/counts.ts';
import type { JobProgress } from '../wordcount/job.ts';
import { JobBars } from '../wordcount/job-progress.ts';
import { asTsv, firstDifference, referenceCount } from '../wordcount/reference-count.ts';
import { mobyDick, type Text, textOf } from '../wordcount/text.ts';
import { checked, node, placement, stopped, step, title, topWords, totals } from './page.ts';

const NODES = 3;
const MAPS = 9; // three on each node, one after the other where it has one core
const REDUCES = 3;
const SPLITS = 18; // two for each map: whoever is done early takes another
const MIN_SPLIT_BYTES = 1 << 10;
const MAX_SPLIT_BYTES = 32 << 20;
const TOP = 10;

interface Outcome {
  readonly tsv: Uint8Array;
  readonly progress: JobProgress;
}

/**
 * Boots a cluster, counts words on it, checks the result, and stops everything.
 * @param files the user's own; Moby-Dick if there are none
 */
export async function mainJob(files: readonly string[]): Promise<void> {
  const begun = performance.now();
  using interrupt = listenForInterrupt();
  const { signal } = interrupt;
  using bars = new JobBars();
  const texts =
    files.length === 0 ? [await mobyDick()] : await Promise.all(files.map((file) => textOf(file)));
  print(title());
  const { tsv, progress } = await onCluster(texts, bars, signal);

  const wanted = await timed(() =>
    referenceCount(
      texts.map((text) => text.read()),
      signal,
    ),
  );
  const difference = firstDifference(tsv, asTsv(wanted.value));
  if (difference !== undefined) throw new ResultDiffersError(difference);
  print(checked(wanted.ms));
  const summary: Summary = summarise(tsv, TOP);
  print(topWords(summary.top));
  print(totals(summary, progress.elapsedMs, performance.now() - begun));
  print(stopped(NODES));
}

/** All that needs the cluster, from its start to its end. */
async function onCluster(
  texts: readonly Text[],
  bars: JobBars,
  signal: AbortSignal,
): Promise<Outcome> {
  const rest = new AbortController();
  let built: BuildProgress | undefined;
  const building = timed(() =>
    wordCountImages(AbortSignal.any([signal, rest.signal]), (progress) => {
      built = progress;
      bars.building(progress);
    }),
  );
  building.catch(() => {}); // it is waited for below, unless the cluster does not start
  try {
    const booting = timed(() =>
      Devstack.start(devstackInit({ nodes: NODES, logLevel: 'warn' }), signal),
    );
    await using stack = await booting.then(({ value }) => value);
    bars.stop();
    const { ms: bootMs } = await booting;
    print(step(`${NODES} worker nodes found each other over libp2p`, bootMs));
    for (const each of stack.nodes) print(node(each.name, each.addresses[0] ?? ''));
    if (built) bars.building(built); // the lines above took its place
    const { value: images, ms: buildMs } = await building;
    bars.stop();
    if (built)
      print(step('the images of master, map and reduce are built from source, once', buildMs));
    const outcome = await withSession(
      { data: `${stack.folder}/${stack.nodes[0]?.name}` },
      async (client) => {
        const size = texts.reduce((sum, each) => sum + each.size, 0);
        const begun = performance.now();
        let uploadedMs = 0;
        const done = await countWords(client, texts, images, jobFolder(), {
          maps: MAPS,
          reduces: REDUCES,
          splitSize: Math.min(MAX_SPLIT_BYTES, Math.max(MIN_SPLIT_BYTES, Math.ceil(size / SPLITS))),
          signal,
          onUpload: (stored, total) => {
            uploadedMs = performance.now() - begun;
            bars.uploading(stored, total);
          },
          onProgress: (progress) => bars.counting(progress),
        });
        bars.stop();
        const what = texts.length === 1 ? texts[0]?.title : `${formatCount(texts.length)} files`;
        print(step(`${what}, ${formatBytes(size)}, is in vStore`, uploadedMs));
        return done;
      },
    );
    const { tasks, elapsedMs } = outcome.progress;
    const maps = tasks.filter(({ kind }) => kind === 'map').length;
    print(
      step(
        `${maps} map and ${tasks.length - maps} reduce vTasks have counted its words`,
        elapsedMs,
      ),
    );
    print(placement(tasks, new Map(stack.nodes.map(({ id, name }) => [id, name]))));
    return outcome;
  } finally {
    rest.abort();
  }
}

async function timed<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly ms: number }> {
  const begun = performance.now();
  const value = await work();
  return { value, ms: performance.now() - begun };
}

function print(text: string): void {
  process.stdout.write(text);
}
