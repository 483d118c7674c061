import { writeFile } from 'node:fs/promises';
import type { MachineInfo } from '#cli/machine/master.ts';
import type { Bench } from '../bench.ts';
import { Cluster } from '../cluster/cluster.ts';
import { metric } from '../report/metric.ts';
import { plot, type Line } from '../report/plot.ts';
import { makeAll, openStage, remove, roomFor, type Stage } from './stage.ts';

const BATCH = 200;
const CREATIONS = 1_000;
const SHORT_CREATIONS = 4;

interface Batch {
  readonly asked: number;
  readonly failed: readonly string[];
  /** Seconds after the request, and how many were there. */
  readonly curve: readonly (readonly [seconds: number, there: number])[];
}

/** How many of many machines come to be, and how soon: in batches, each removed before the next. */
export const creations: Bench = {
  async run({ short, note, creations: wanted, plot: file }) {
    const all = wanted ?? (short ? SHORT_CREATIONS : CREATIONS);
    await using cluster = await Cluster.start({ nodes: 1, lanes: 2 });
    const stage = await openStage(cluster.client, note);
    if (!stage) return [];
    const size = Math.min(all, short ? 2 : BATCH, await roomFor(stage));
    const batches: Batch[] = [];
    for (let left = all; left > 0; left -= size) {
      note(`${all - left} of ${all} made`);
      batches.push(await batch(stage, `c${left}`, Math.min(size, left)));
    }
    const failed = batches.flatMap((each) => each.failed);
    for (const why of new Set(failed)) note(`failed: ${why}`);
    if (file !== undefined) await writeFile(file, picture(size, batches));
    const made = all - failed.length;
    return [
      metric({ name: `of ${all} machines made`, unit: '%', samples: [(made / all) * 100] }),
      metric({
        name: `${size} machines made, paused`,
        unit: 's',
        samples: batches.filter(({ asked }) => asked === size).map(({ curve }) => curve.at(-1)![0]),
      }),
    ];
  },
};

async function batch(stage: Stage, name: string, asked: number): Promise<Batch> {
  const began = performance.now();
  const curve: [number, number][] = [];
  const onLook = (machines: readonly MachineInfo[]): void => {
    const there = machines.filter(({ vtid }) => vtid !== null).length;
    curve.push([(performance.now() - began) / 1_000, there]);
  };
  const made = await makeAll(stage, { name, count: asked, paused: true, onLook });
  const failed = made.filter(({ vtid }) => vtid === null).map(({ error }) => error ?? 'unknown');
  await remove(stage, made);
  return { asked, failed, curve };
}

/** As Figure 6 of the paper has it: how long it takes until so many machines are there. */
function picture(size: number, batches: readonly Batch[]): string {
  const lines: Line[] = batches.map(({ curve }, at) => ({
    name: at === 0 ? 'each batch' : '',
    points: curve.map(([seconds, there]) => [there, seconds]),
  }));
  const title = `Until so many machines are there, of ${size} asked for at once, paused`;
  return plot({ title, x: 'machines', y: 'seconds', lines });
}
