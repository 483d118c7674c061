import { Reconfiguration } from '#p2p/registers/reconfiguration.ts';
import { Client, foundIn } from './client.ts';
import { disagreements, type Entry } from './history.ts';
import type { Bug } from './planted-bugs.ts';
import { World } from './world.ts';

const NEW_REGISTER_MS = 250; // after so long there is a new register: one that few acceptors know of
const CLIENTS = 5;
const OPERATIONS = 24; // of each client
const TROUBLE_MS = 2_500;
const LONG_MS = 30_000; // enough for anything once the network is whole again

export interface Report {
  readonly seed: number;
  /** What must not have happened. */
  readonly faults: readonly string[];
  /** Of the whole run, the same for the same seed. */
  readonly events: number;
  readonly operations: number;
  readonly unknown: number;
  readonly reconfigured: number;
}

/** Clients on nodes that crash and are cut off from each other while their acceptors are replaced, all of it by a seed. */
export async function simulate(seed: number, bug?: Bug): Promise<Report> {
  const five = seed % 3 === 0;
  const world = new World({
    seed,
    nodes: five ? 6 : 5,
    acceptors: five ? 5 : 3,
    network: { lost: 0.03, doubled: 0.03, slowMs: 20 },
    diskSlowMs: 12,
    diskFull: 0.004,
    drift: 0.01,
    bug,
  });
  await world.found();
  const key = (): string =>
    world.random.next() < 0.7 ? 'k' : `k${Math.floor(world.timeline.now / NEW_REGISTER_MS)}`;
  const clients = Array.from({ length: CLIENTS }, (_, at) => {
    const init = { name: `c${at}`, at: at % world.machines.length, key, operations: OPERATIONS };
    return new Client(world, init);
  });
  for (const client of clients) client.run();
  const begin = world.timeline.now;
  makeTrouble(world, begin + TROUBLE_MS);
  const reconfigured = replaceAcceptors(world, begin + TROUBLE_MS);
  await world.timeline.runUntil(begin + TROUBLE_MS);
  world.network.calm();
  for (const machine of world.machines) world.start(machine);
  await world.timeline.runUntil(world.timeline.now + 5_000);
  const faults: string[] = [];
  const during = clients.flatMap((client) => client.entries);
  const last = await readAll(world, new Set(during.map((entry) => entry.key)), faults);
  const entries = [...during, ...last];
  faults.push(
    ...world.monitor.faults(),
    ...disagreements(entries).map((each) => `register ${each} is not linearizable`),
  );
  const unknown = entries.filter(({ answered }) => answered === Infinity).length;
  const { events } = world.timeline;
  return {
    seed,
    faults,
    events,
    operations: entries.length,
    unknown,
    reconfigured: reconfigured.times,
  };
}

function makeTrouble(world: World, until: number): void {
  const { network, random, timeline, machines } = world;
  const pick = (): (typeof machines)[number] =>
    machines[Math.floor(random.next() * machines.length)]!;
  const strike = (): void => {
    if (timeline.now >= until) return;
    const draw = random.next();
    if (draw < 0.55) {
      const machine = pick();
      world.crash(machine);
      timeline.after(20 + random.next() * 300, () => world.start(machine));
    } else if (draw < 0.65) {
      for (const machine of machines) {
        world.crash(machine); // power is lost everywhere
        timeline.after(20 + random.next() * 100, () => world.start(machine));
      }
    } else if (draw < 0.9) {
      const alone = pick();
      const oneWay = random.next() < 0.4;
      for (const { name } of machines) {
        network.cut(alone.name, name);
        if (!oneWay) network.cut(name, alone.name);
      }
      timeline.after(50 + random.next() * 400, () => network.mend());
    }
    timeline.after(random.next() * 150, strike);
  };
  timeline.after(random.next() * 200, strike);
}

/** Acceptors are replaced one after another, by several nodes that may do so at once. */
function replaceAcceptors(world: World, until: number): { times: number } {
  const { random, timeline } = world;
  const count = { times: 0 };
  const replace = (): void => {
    if (timeline.now >= until) return;
    const living = world.living;
    const node = living[Math.floor(random.next() * living.length)];
    if (node !== undefined) {
      const present = node.proposer.configuration.acceptors;
      const unused = world.acceptors.filter((each) => !present.includes(each));
      const place = Math.floor(random.next() * present.length);
      const fresh = unused[Math.floor(random.next() * unused.length)];
      const target = present.map((each, at) => (at === place ? (fresh ?? each) : each)).slice(0, 5);
      const { clock } = node;
      const { proposer } = node;
      void new Reconfiguration({ proposer, clock }).change(target, 800).then(
        () => (count.times += 1),
        () => undefined, // no quorum in time: another goes on with it
      );
    }
    timeline.after(100 + random.next() * 600, replace);
  };
  timeline.after(100 + random.next() * 600, replace);
  return count;
}

/** Once all is well again every node can read every register. */
async function readAll(
  world: World,
  keys: ReadonlySet<string>,
  faults: string[],
): Promise<Entry[]> {
  const { timeline } = world;
  const entries: Entry[] = [];
  const end = timeline.now + LONG_MS;
  for (const key of keys) {
    for (const { name, proposer } of world.living) {
      const call = timeline.now;
      void proposer.read(key, LONG_MS).then((outcome) => {
        if (outcome.tag !== 'ok') {
          faults.push(`register ${key} could not be read at ${name}`);
          return;
        }
        const operation = { kind: 'read', found: foundIn(outcome.register) } as const;
        entries.push({ key, call, answered: timeline.now, operation });
      });
    }
  }
  await timeline.runUntil(end + 1_000);
  if (world.living.length < world.machines.length) faults.push('a node did not start again');
  return entries;
}
