import { buildShipped } from '#cli/images/shipped.ts';
import { readPath } from '#cli/files/download.ts';
import { readBlocks } from '#cli/files/local-file.ts';
import { runJob } from '#cli/wordcount/job.ts';
import { Cluster, type ClusterInit } from '../cluster/cluster.ts';
import { BenchFailedError, store, upload } from '../cluster/vtask-run.ts';
import type { Corpus } from '../corpus.ts';
import { cpuSeconds, PeakMemory, type Memory } from '../process/usage.ts';
import { checkCounts } from './baselines.ts';

const IMAGES = ['mapreduce-master', 'wordcount-map', 'wordcount-reduce'];
const INPUT = '/bench/text';
const OUTPUT = '/bench/counts';

/** What a piece of work took, in all processes of the cluster. */
export interface WorkFigures {
  readonly wallS: number;
  /** Of the nodes, and of this process for what it did meanwhile. */
  readonly cpuS: number;
}

/** Of one during which memory was looked at. */
export interface WatchedFigures extends WorkFigures {
  /** Of the nodes, at its highest. */
  readonly memory: Memory;
}

/** A cluster that has a text in vStore. */
export class WordcountCluster implements AsyncDisposable {
  readonly put: WatchedFigures;
  /** Of the nodes before there was any text. */
  readonly empty: Memory;
  readonly #cluster: Cluster;
  readonly #corpus: Corpus;

  private constructor(cluster: Cluster, corpus: Corpus, empty: Memory, put: WatchedFigures) {
    this.#cluster = cluster;
    this.#corpus = corpus;
    this.empty = empty;
    this.put = put;
  }

  static async start(corpus: Corpus, init: ClusterInit): Promise<WordcountCluster> {
    const cluster = await Cluster.start(init);
    try {
      for (const name of IMAGES) {
        const image = await buildShipped(name);
        if (!image) throw new BenchFailedError(`no guest named ${name} ships`);
        await upload(cluster.client, `/images/${name}`, image);
      }
      using memory = new PeakMemory(cluster.pids);
      const empty = await memory.sample();
      const put = await watched(cluster, () =>
        store(cluster.client, INPUT, readBlocks(corpus.path)),
      );
      return new WordcountCluster(cluster, corpus, empty, put);
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Counts the words once, and checks the result.
   * @throws {bench-failed} it counted wrong
   */
  async count(): Promise<WorkFigures> {
    const figures = await measured(this.#cluster, () => this.#job());
    await this.#check();
    return figures;
  }

  /**
   * Counts them once more, for the memory that this takes: to look at it takes a tenth of a processor.
   * @throws {bench-failed} it counted wrong
   */
  async peakMemory(): Promise<Memory> {
    const { memory } = await watched(this.#cluster, () => this.#job());
    await this.#check();
    return memory;
  }

  #job(): Promise<unknown> {
    const spec = {
      inputs: [INPUT],
      output: OUTPUT,
      mapper: '/images/wordcount-map',
      reducer: '/images/wordcount-reduce',
    };
    return runJob(this.#cluster.client, '/images/mapreduce-master', spec, {
      signal: AbortSignal.timeout(600_000),
      onProgress() {},
    });
  }

  async #check(): Promise<void> {
    checkCounts('vStarCloud', await readPath(this.#cluster.client, OUTPUT), this.#corpus);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cluster[Symbol.asyncDispose]();
  }
}

async function measured(cluster: Cluster, work: () => Promise<unknown>): Promise<WorkFigures> {
  const own = process.cpuUsage();
  const before = cpuSeconds(cluster.pids);
  const start = performance.now();
  await work();
  const wallS = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(own);
  const cpuS = cpuSeconds(cluster.pids) - before + (user + system) / 1e6;
  return { wallS, cpuS };
}

async function watched(cluster: Cluster, work: () => Promise<unknown>): Promise<WatchedFigures> {
  using memory = new PeakMemory(cluster.pids);
  const figures = await measured(cluster, work);
  await memory.sample();
  return { ...figures, memory: memory.peak };
}
