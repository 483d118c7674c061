import { writeFile } from 'node:fs/promises';
import type { MachineInfo } from '#cli/machine/master.ts';
import type { Bench } from '../bench.ts';
import { Cluster } from '../cluster/cluster.ts';
import { metric } from '../report/metric.ts';
import { plot } from '../report/plot.ts';
import { answered, makeAll, openStage, remove, roomFor, type Stage } from './stage.ts';

const MACHINES = 200;
const SHORT_MACHINES = 2;
/** Machines that run take of the processors even when they idle: where there are too many the last ones never answer. */
const WITHIN_MS = 180_000;

/** Seconds after the request, and how many had answered by then. */
type Curve = readonly (readonly [seconds: number, there: number])[];

/** How soon machines that are asked for at once answer on their consoles. */
export const answering: Bench = {
  async run({ short, note, creations, plot: file }) {
    await using cluster = await Cluster.start({ nodes: 1, lanes: 2 });
    const stage = await openStage(cluster.client, note);
    if (!stage) return [];
    const wanted = creations ?? (short ? SHORT_MACHINES : MACHINES);
    const count = Math.min(wanted, await roomFor(stage));
    note(`${count} are made, and asked`);
    const curve = await answers(stage, count, note);
    if (file !== undefined) await writeFile(file, picture(count, curve));
    return [
      metric({
        name: `answer, of ${count} machines asked for`,
        unit: 'machines',
        rate: true,
        samples: [curve.length],
      }),
      metric({
        name: 'until the last of them did',
        unit: 's',
        samples: [curve.at(-1)?.[0] ?? WITHIN_MS / 1_000],
      }),
    ];
  },
};

async function answers(stage: Stage, count: number, note: (text: string) => void): Promise<Curve> {
  const began = performance.now();
  const signal = AbortSignal.any([stage.signal, AbortSignal.timeout(WITHIN_MS)]);
  const curve: [number, number][] = [];
  const asked = new Map<string, Promise<void>>();
  const ask = async (vtid: string): Promise<void> => {
    try {
      await answered(stage, vtid, signal);
      curve.push([(performance.now() - began) / 1_000, curve.length + 1]);
    } catch (error) {
      note(`one does not answer: ${(error as Error).message}`);
    }
  };
  const onLook = (machines: readonly MachineInfo[]): void => {
    for (const { vtid } of machines)
      if (vtid !== null && !asked.has(vtid)) asked.set(vtid, ask(vtid));
  };
  const made = await makeAll(stage, { name: 'a', count, paused: false, onLook });
  await Promise.all(asked.values());
  await remove(stage, made);
  return curve;
}

function picture(count: number, curve: Curve): string {
  const points = curve.map(([seconds, there]): [number, number] => [there, seconds]);
  const title = `Until so many machines answer, of ${count} asked for at once`;
  return plot({ title, x: 'machines', y: 'seconds', lines: [{ name: 'answering', points }] });
}
