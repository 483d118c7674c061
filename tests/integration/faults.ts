import type { Random } from '#kernel/random.ts';
import { pick, seededRandom } from '#tests/simulation/world/seeded-random.ts';
import type { RealWorld } from './real-world.ts';

/** What goes wrong with real processes and their networks. Machines are named by their numbers, times are in milliseconds. */
export type RealFault =
  /** `all`: its cells, too, at the same moment, as when the machine crashes. */
  | {
      readonly kind: 'kill' | 'stop';
      readonly machine: number;
      readonly all: boolean;
      readonly ms: number;
    }
  | { readonly kind: 'lose-cell'; readonly machine: number; readonly pick: number }
  | {
      readonly kind: 'full-disk';
      readonly machine: number;
      readonly room: number;
      readonly ms: number;
    }
  | {
      readonly kind: 'cut';
      readonly from: readonly number[];
      readonly to: readonly number[];
      readonly both: boolean;
      readonly ms: number;
    }
  | {
      readonly kind: 'reset';
      readonly machine: number;
      readonly other: number;
      readonly ms: number;
    }
  | {
      readonly kind: 'lossy';
      readonly machine: number;
      readonly share: number;
      readonly ms: number;
    }
  | { readonly kind: 'slow'; readonly machine: number; readonly ms: number };

export interface TimedFault {
  readonly at: number;
  readonly fault: RealFault;
}

export interface FaultsInit {
  readonly seed: number;
  readonly nodes: number;
  readonly forMs: number;
  readonly everyMs: number;
  /** Whether the network between the machines can be struck. */
  readonly network: boolean;
}

/** The faults of a seed. */
export function faultsOf({ seed, nodes, forMs, everyMs, network }: FaultsInit): TimedFault[] {
  const random = seededRandom(seed, 'real faults');
  const faults: TimedFault[] = [];
  const pauses = (): number => -Math.log(1 - random.next()) * everyMs;
  for (let at = pauses(); at < forMs; at += pauses())
    faults.push({ at, fault: faultOf(random, nodes, network) });
  return faults;
}

function faultOf(random: Random, nodes: number, network: boolean): RealFault {
  const machine = pick(random, nodes);
  const other = (machine + 1 + pick(random, Math.max(1, nodes - 1))) % nodes;
  // Mostly short; some long enough for a node to be given up.
  const ms = 100 + random.next() ** 3 * 12_000;
  const all = random.next() < 0.5;
  const draw = random.next() * (network ? 1 : 0.5);
  if (draw < 0.18) return { kind: 'kill', machine, all, ms };
  if (draw < 0.33) return { kind: 'stop', machine, all, ms };
  if (draw < 0.43) return { kind: 'lose-cell', machine, pick: pick(random, 16) };
  if (draw < 0.5) return { kind: 'full-disk', machine, room: pick(random, 100_000), ms };
  if (draw < 0.72) return { kind: 'cut', ...sides(random, nodes), both: random.next() < 0.6, ms };
  if (draw < 0.84) return { kind: 'reset', machine, other, ms: ms / 10 };
  if (draw < 0.92) return { kind: 'lossy', machine, share: random.next() * 0.3, ms };
  return { kind: 'slow', machine, ms };
}

/** One of the machines against the others, or some against the rest. */
function sides(random: Random, nodes: number): { from: number[]; to: number[] } {
  const all = Array.from({ length: nodes }, (_, at) => at);
  const chosen = pick(random, nodes);
  const inFrom = all.map((each) => each === chosen || (nodes > 3 && random.next() < 0.3));
  return { from: all.filter((each) => inFrom[each]), to: all.filter((each) => !inFrom[each]) };
}

/** Does something bad to a world. @returns what takes it back */
export async function strike(world: RealWorld, fault: RealFault): Promise<() => Promise<void>> {
  const { machines, network } = world;
  world.note(`fault ${JSON.stringify(fault)}`);
  const machine = 'machine' in fault ? machines[fault.machine] : undefined;
  switch (fault.kind) {
    case 'kill':
      await machine!.kill(fault);
      return async () => machine!.start();
    case 'stop':
      await machine!.stop(fault);
      return async () => machine!.resume();
    case 'lose-cell':
      await machine!.loseCell(fault.pick);
      return async () => {};
    case 'full-disk':
      await machine!.setRoom(fault.room);
      return () => machine!.setRoom(Infinity);
    case 'cut': {
      const ways = fault.from.flatMap((from) =>
        fault.to.flatMap((to) =>
          fault.both ? [[from, to] as const, [to, from] as const] : [[from, to] as const],
        ),
      );
      await Promise.all(ways.map((way) => network.cut(...way)));
      return async () => void (await Promise.all(ways.map((way) => network.mend(...way))));
    }
    case 'reset':
      await network.reset(fault.machine, fault.other, true);
      return () => network.reset(fault.machine, fault.other, false);
    case 'lossy':
      await network.lose(fault.machine, fault.share);
      return () => network.lose(fault.machine, 0);
    case 'slow':
      await network.slow(fault.machine, true);
      return () => network.slow(fault.machine, false);
  }
}

/** All is well again: nothing is cut, slow, full, stopped or down. */
export async function calm({ machines, network }: RealWorld): Promise<void> {
  for (const from of machines.keys()) {
    await network.lose(from, 0);
    await network.slow(from, false);
    for (const to of machines.keys()) {
      await network.mend(from, to);
      await network.reset(from, to, false);
    }
  }
  for (const machine of machines) {
    await machine.setRoom(Infinity);
    machine.resume();
    machine.start();
  }
}
