import { randomInt } from 'node:crypto';
import type { PosivClient } from '#node/control/client.ts';
import { untilWhole } from '../devstack/chaos.ts';
import { Devstack } from '../devstack/devstack.ts';
import { devstackInit } from '../devstack/run.ts';
import { ResultDiffersError } from '../errors.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { formatBytes, formatCount } from '../output/units.ts';
import {
  type BuildProgress,
  countWords,
  jobFolder,
  wordCountImages,
} from '../wordcount/count-words.ts';
import { type Summary, summarise } from '../wordcount/counts.ts';
import type { JobProgress } from '../wordcount/job.ts';
import { JobBars } from '../wordcount/job-progress.ts';
import { countedAgain, persist } from '../wordcount/persist.ts';
import { asTsv, firstDifference, referenceCount } from '../wordcount/reference-count.ts';
import { mobyDick, type Text, textOf } from '../wordcount/text.ts';
import { JobFaults } from './job-faults.ts';
import {
  checked,
  incident,
  node,
  placement,
  stopped,
  step,
  title,
  topWords,
  totals,
} from './page.ts';

const NODES = 3;
const CHAOS_NODES = 5;
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

export interface MainJobInit {
  /** The user's own; Moby-Dick if there are none. */
  readonly files: readonly string[];
  /** Kills nodes in the middle of the job. */
  readonly chaos: boolean;
}

/** Boots a cluster, counts words on it, checks the result, and stops everything. */
export async function mainJob({ files, chaos }: MainJobInit): Promise<void> {
  const begun = performance.now();
  using interrupt = listenForInterrupt();
  const { signal } = interrupt;
  using bars = new JobBars();
  const texts =
    files.length === 0 ? [await mobyDick()] : await Promise.all(files.map((file) => textOf(file)));
  print(title());
  const nodes = chaos ? CHAOS_NODES : NODES;
  const { tsv, progress } = await onCluster(texts, { bars, signal, nodes, chaos });

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
  print(stopped(nodes));
}

interface ClusterInit {
  readonly bars: JobBars;
  readonly signal: AbortSignal;
  readonly nodes: number;
  readonly chaos: boolean;
}

/** All that needs the cluster, from its start to its end. */
async function onCluster(
  texts: readonly Text[],
  { bars, signal, nodes, chaos }: ClusterInit,
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
    const booting = timed(() => Devstack.start(devstackInit({ nodes, logLevel: 'warn' }), signal));
    await using stack = await booting.then(({ value }) => value);
    bars.stop();
    const { ms: bootMs } = await booting;
    print(step(`${nodes} worker nodes found each other over libp2p`, bootMs));
    for (const each of stack.nodes) print(node(each.name, each.addresses[0] ?? ''));
    if (built) bars.building(built); // the lines above took its place
    const { value: images, ms: buildMs } = await building;
    bars.stop();
    if (built)
      print(step('the images of master, map and reduce are built from source, once', buildMs));
    const say = (what: string): void => {
      bars.stop();
      print(incident(what));
    };
    await using faults = new JobFaults({ stack, random: (below) => randomInt(below), say });
    if (chaos) await untilWhole(stack, signal); // one that is not bears less
    const folder = jobFolder();
    let uploadedMs = 0;
    const size = texts.reduce((sum, each) => sum + each.size, 0);
    const count = async (client: PosivClient, _: AbortSignal, attempt: number) => {
      const begun = performance.now();
      return countWords(client, texts, images, folder, {
        maps: MAPS,
        reduces: REDUCES,
        splitSize: Math.min(MAX_SPLIT_BYTES, Math.max(MIN_SPLIT_BYTES, Math.ceil(size / SPLITS))),
        signal,
        attempt,
        onUpload: (stored, total) => {
          uploadedMs = performance.now() - begun;
          bars.uploading(stored, total);
        },
        onProgress: (progress) => {
          bars.counting(progress);
          if (chaos && progress.phase === 'map') faults.strike(attempt);
        },
      });
    };
    const data = stack.nodes.map(({ name }) => `${stack.folder}/${name}`);
    const outcome = await persist({ data }, count, ({ why }) => say(countedAgain(why)));
    bars.stop();
    const what = texts.length === 1 ? texts[0]?.title : `${formatCount(texts.length)} files`;
    print(step(`${what}, ${formatBytes(size)}, is in vStore`, uploadedMs));
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
