import { DONE_WITHIN_MS, type MachineInfo } from '#cli/machine/master.ts';
import { debianRecipe } from '#cli/machine/template/debian.ts';
import { cacheDir } from '#cli/folders.ts';
import type { Bench } from '../../bench.ts';
import { Cluster } from '../../cluster/cluster.ts';
import { optionalBaseline } from '../../installed.ts';
import { cpuSeconds } from '../../process/usage.ts';
import { metric, type Metric } from '../../report/metric.ts';
import { allAnswered, make, openStage, remove, type Stage, type Wish } from '../stage.ts';
import { DISK_TEMPLATE, IMAGE, storeDiskTemplate } from './disk-template.ts';
import { LibvirtGuests } from './guests.ts';
import { Libvirt, LIBVIRT_INSTALL } from './libvirt.ts';

/** Seconds, by the clock and of processors. */
interface Took {
  readonly seconds: number;
  readonly cpu: number;
}

interface Own {
  readonly cold: Took;
  readonly copied: Took;
  readonly moved: Took;
}

interface Theirs {
  readonly cold: Took;
  readonly restored: Took;
  readonly savedAndRestored: Took;
}

/** Machines on two nodes beside those of libvirt, by turns. */
export const besideLibvirt: Bench = {
  async run({ short, note, creations }) {
    const rounds = short ? 1 : 3;
    const count = creations ?? (short ? 1 : 20);
    await using cluster = await Cluster.start({ nodes: 2, lanes: 2 });
    const stage = await openStage(cluster.client, note);
    if (!stage) return [];
    const recipe = await debianRecipe(cacheDir(), { signal: stage.signal, onStep: () => {} });
    await storeDiskTemplate(stage, recipe);
    await using libvirt = await Libvirt.start();
    if (!libvirt) note(`libvirt was not run: ${LIBVIRT_INSTALL}`);
    const guests = libvirt && (await LibvirtGuests.of(libvirt, recipe, IMAGE));

    const own: Own[] = [];
    const theirs: (Theirs | undefined)[] = [];
    const nodes = cluster.nodes.map(({ id }) => id);
    // A node prepares what agents are made of when it has its first.
    if (!short) await movedOne(stage, cluster.pids, nodes, 'warm-one');
    for (let round = 0; round < rounds; round += 1) {
      note(`${count} of a cluster and of libvirt, ${round + 1} of ${rounds}`);
      const ours = (): Promise<Own> => ofCluster(stage, cluster.pids, nodes, `r${round}`, count);
      const other = async (): Promise<Theirs | undefined> =>
        libvirt && guests && ofLibvirt(libvirt, guests, count);
      // Machines take ten seconds of a processor to boot: a run that only shows that all of it works has both at once.
      const [mine, its] = short
        ? await Promise.all([ours(), other()])
        : [await ours(), await other()];
      own.push(mine);
      theirs.push(its);
    }
    return metricsOf(count, own, theirs);
  },
};

async function ofCluster(
  stage: Stage,
  pids: readonly number[],
  nodes: readonly string[],
  name: string,
  count: number,
): Promise<Own> {
  const made = (wish: Wish): Promise<Took> => tookAndRemoved(stage, pids, () => make(stage, wish));
  return {
    cold: await made({ name: `${name}-cold`, count, paused: false, template: DISK_TEMPLATE }),
    copied: await made({ name, count, paused: false }),
    moved: await movedOne(stage, pids, nodes, `${name}-one`),
  };
}

/** Takes one down into vStore, and lets it go on on another node. */
async function movedOne(
  stage: Stage,
  pids: readonly number[],
  nodes: readonly string[],
  name: string,
): Promise<Took> {
  const made = await make(stage, { name, count: 1, paused: false });
  await allAnswered(stage, made);
  const other = nodes.find((node) => node !== made[0]!.node)!;
  return tookAndRemoved(stage, pids, async () => {
    await stage.master.ask('act', { name, action: 'suspend', node: '' }, DONE_WITHIN_MS);
    await stage.master.ask('act', { name, action: 'resume', node: other }, DONE_WITHIN_MS);
    return [await stage.master.find(name)];
  });
}

/** What it takes until those that some work gives answer, who are removed then. */
async function tookAndRemoved(
  stage: Stage,
  pids: readonly number[],
  work: () => Promise<readonly MachineInfo[]>,
): Promise<Took> {
  let made: readonly MachineInfo[] = [];
  const figures = await took(
    () => cpuSeconds(pids),
    async () => {
      made = await work();
      await allAnswered(stage, made);
    },
  );
  await remove(stage, made);
  return figures;
}

async function ofLibvirt(libvirt: Libvirt, guests: LibvirtGuests, count: number): Promise<Theirs> {
  const cpu = (): number => libvirt.cpu;
  const cold = await took(cpu, () => guests.boot(count));
  const savedAndRestored = await took(cpu, async () => {
    await guests.save(1);
    await guests.restore(1);
  });
  await guests.save(count);
  const restored = await took(cpu, () => guests.restore(count));
  await guests.end(count);
  return { cold, restored, savedAndRestored };
}

async function took(cpu: () => number, work: () => Promise<void>): Promise<Took> {
  const [began, before] = [performance.now(), cpu()];
  await work();
  return { seconds: (performance.now() - began) / 1_000, cpu: cpu() - before };
}

function metricsOf(
  count: number,
  own: readonly Own[],
  theirs: readonly (Theirs | undefined)[],
): Metric[] {
  const beside = (
    name: string,
    of: (figures: Own) => Took,
    other: string,
    ofOther: (figures: Theirs) => Took,
  ): Metric[] => {
    const baseline = { name: other, install: LIBVIRT_INSTALL };
    const both = (what: string, unit: keyof Took): Metric =>
      metric({
        name: what,
        unit: 's',
        samples: own.map((figures) => of(figures)[unit]),
        baseline: optionalBaseline(
          baseline,
          theirs.map((figures) => figures && ofOther(figures)[unit]),
        ),
      });
    return [both(name, 'seconds'), both(`${name}: processor time`, 'cpu')];
  };
  const [booted, restored] = ['libvirt, booted', 'virsh restore'];
  const copies = `${count} of a template, answering`;
  return [
    ...beside(
      `${count} booted and answering`,
      ({ cold }) => cold,
      booted,
      ({ cold }) => cold,
    ),
    ...beside(
      copies,
      ({ copied }) => copied,
      booted,
      ({ cold }) => cold,
    ),
    ...beside(
      copies,
      ({ copied }) => copied,
      restored,
      (figures) => figures.restored,
    ),
    ...beside(
      'suspended, resumed on another node, answering',
      ({ moved }) => moved,
      'virsh save, restore',
      ({ savedAndRestored }) => savedAndRestored,
    ),
  ];
}
