import { readBlob } from '#cli/files/download.ts';
import { connectControl, type PosivClient } from '#node/control/client.ts';
import type { Bench } from '../bench.ts';
import { Cluster } from '../cluster/cluster.ts';
import { store as put, valueOf } from '../cluster/vtask-run.ts';
import { interleave } from '../interleave.ts';
import { metric, type Metric } from '../report/metric.ts';
import { bare, type BareFigures } from './bare.ts';

const ROUNDS = 5;
const BLOCK = 1 << 20;
/** A file of so many blocks is on the node that stores it and one more: read on the third, all of it is a transfer. */
const FILE_BLOCKS = 16;
const FILES = 8;
const SHORT_FILES = 1;
const MB = 1e6;

interface Seconds {
  readonly put: number;
  readonly local: number;
  readonly remote: number;
}

/** Files put into vStore and read where they are and from another node, beside plain files and a plain socket. */
export const store: Bench = {
  async run({ short, profileDir, note }) {
    const files = short ? SHORT_FILES : FILES;
    const blocks = files * FILE_BLOCKS;
    await using cluster = await Cluster.start({ nodes: 3, lanes: 1, profileDir });
    const others = new Map(
      await Promise.all(
        cluster.nodes.slice(1).map(async ({ id, socket }): Promise<[string, PosivClient]> => {
          return [id, await connectControl({ socket })];
        }),
      ),
    );
    note(`stores and reads ${(blocks * BLOCK) / MB} MB by turns with plain files`);
    let round = 0;
    const [ours, plain] = (await interleave<unknown>(short ? 1 : ROUNDS, [
      () => stored(cluster.client, others, files, round++),
      () => bare(blocks),
    ])) as [readonly Seconds[], readonly BareFigures[]];
    for (const client of others.values()) await client.close();
    const rate = (seconds: number): number => (blocks * BLOCK) / MB / seconds;
    const speed = (
      name: string,
      of: (figures: Seconds) => number,
      besides: string,
      theirs: (figures: BareFigures) => number,
    ): Metric =>
      metric({
        name,
        unit: 'MB/s',
        rate: true,
        samples: ours.map((figures) => rate(of(figures))),
        baseline: { name: besides, samples: plain.map((figures) => rate(theirs(figures))) },
      });
    return [
      speed(
        'put',
        (figures) => figures.put,
        'plain write and fsync',
        ({ write }) => write,
      ),
      speed(
        'get, same node',
        ({ local }) => local,
        'plain read, cached',
        ({ read }) => read,
      ),
      speed(
        'get, from another node',
        ({ remote }) => remote,
        'bare node:net',
        ({ net }) => net,
      ),
    ];
  },
};

/** New bytes each time: what the store has already it need not store. */
async function stored(
  client: PosivClient,
  others: ReadonlyMap<string, PosivClient>,
  files: number,
  round: number,
): Promise<Seconds> {
  const paths = Array.from({ length: files }, (_, file) => `/bench/${round}/${file}`);
  const putS = await timed(paths, (path) => put(client, path, newBlocks(path)));
  const without = new Map<string, PosivClient>();
  for (const path of paths) without.set(path, await clientWithout(client, others, path));
  const remote = await timed(paths, (path) => get(without.get(path)!, path));
  const local = await timed(paths, (path) => get(client, path));
  await timed(paths, async (path) => {
    await valueOf(client.files.delete(path));
  });
  return { put: putS, local, remote };
}

/** One whose node has no copy of a file. */
async function clientWithout(
  client: PosivClient,
  others: ReadonlyMap<string, PosivClient>,
  path: string,
): Promise<PosivClient> {
  const { blob, size } = await valueOf(client.files.stat(path));
  const holders = (await valueOf(client.blobs.locate(blob, 0, size))).flatMap(({ nodes }) => nodes);
  for (const [id, other] of others) if (!holders.includes(id)) return other;
  throw new Error(`${path} is on every node`);
}

async function timed(
  paths: readonly string[],
  work: (path: string) => Promise<void>,
): Promise<number> {
  const start = performance.now();
  for (const path of paths) await work(path);
  return (performance.now() - start) / 1_000;
}

function* newBlocks(seed: string): Generator<Uint8Array> {
  for (let at = 0; at < FILE_BLOCKS; at++) {
    const block = Buffer.alloc(BLOCK, 'x');
    block.write(`${seed} ${at}`);
    yield block;
  }
}

async function get(client: PosivClient, path: string): Promise<void> {
  const { blob, size } = await valueOf(client.files.stat(path));
  let bytes = 0;
  for await (const block of readBlob(client, blob, { offset: 0, length: size }, path))
    bytes += block.length;
  if (bytes !== FILE_BLOCKS * BLOCK) throw new Error(`${path} has ${bytes} bytes`);
}
