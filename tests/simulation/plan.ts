import type { Random } from '#kernel/random.ts';
import { pick, seededRandom } from './world/seeded-random.ts';

/** What goes wrong in a simulated world. Machines are named by their numbers, times are in milliseconds. */
export type Fault =
  | { readonly kind: 'kill' | 'power-off'; readonly machine: number; readonly ms: number }
  | { readonly kind: 'stop'; readonly machine: number; readonly ms: number }
  | {
      readonly kind: 'cut';
      readonly from: readonly number[];
      readonly to: readonly number[];
      readonly both: boolean;
      readonly ms: number;
    }
  | { readonly kind: 'break'; readonly one: number; readonly other: number }
  | {
      readonly kind: 'slow-disk';
      readonly machine: number;
      readonly slowMs: number;
      readonly ms: number;
    }
  | {
      readonly kind: 'full-disk';
      readonly machine: number;
      readonly room: number;
      readonly ms: number;
    }
  | { readonly kind: 'slow-network'; readonly slowMs: number; readonly ms: number }
  | { readonly kind: 'lose-lane'; readonly machine: number; readonly pick: number };

/**
 * What a program outside does, from the machine of its number. `target` and `other` choose among the vTasks that are known
 * when it comes to it.
 */
export type Operation =
  | {
      readonly kind: 'spawn';
      readonly role: 'serve' | 'loop' | 'brief';
      readonly name: string | undefined;
      readonly restart: boolean;
    }
  | { readonly kind: 'kill-vtask' | 'watch' | 'message' | 'info'; readonly target: number }
  | {
      readonly kind: 'ask';
      readonly target: number;
      readonly what: 'echo' | 'work' | 'exit' | 'trap' | 'ask' | 'tell' | 'watch' | 'spawn';
      readonly other: number;
      readonly forever: boolean;
    }
  | {
      readonly kind: 'must-run';
      readonly name: string;
      readonly act: 'start' | 'kill' | 'exit' | 'trap';
    }
  | { readonly kind: 'find'; readonly name: string }
  | { readonly kind: 'read' | 'swap'; readonly key: string }
  | { readonly kind: 'put' | 'get' | 'delete'; readonly path: string };

export type Step = { readonly at: number } & (
  | { readonly fault: Fault }
  | { readonly client: number; readonly operation: Operation }
);

/** All that happens to a world but for what follows from it: the same plan, the same run. */
export interface Plan {
  readonly seed: number;
  readonly nodes: number;
  /** How long steps go on, in milliseconds. */
  readonly forMs: number;
  /** Whether the managers of all nodes are components, which are asked in threads of their own; else they are functions of the node. */
  readonly components: boolean;
  readonly steps: readonly Step[];
}

export interface PlanInit {
  readonly seed: number;
  readonly nodes: number;
  /** Default 20 s. */
  readonly forMs?: number;
  /** Mean time between faults. Default 1.5 s. */
  readonly faultEveryMs?: number;
  /** The only things that go wrong. Default: anything. */
  readonly kinds?: readonly Fault['kind'][];
  /** Default 100. */
  readonly operationsPerSecond?: number;
  /** The only things that programs do, beside what must run. Default: anything. */
  readonly operations?: readonly Operation['kind'][];
  /** On vTasks that must run, beside those. Default none. */
  readonly mustRunPerSecond?: number;
  /** Whether managers are components. Default: no. */
  readonly components?: boolean;
}

const NAMES = 4;
const MUST_RUN = 12;
const KEYS = 4;
const PATHS = 4;

/** The plan of a seed. */
export function planOf(init: PlanInit): Plan {
  const { seed, nodes, forMs = 20_000, faultEveryMs = 1_500, operationsPerSecond = 100 } = init;
  const { mustRunPerSecond = 0, kinds, operations, components = false } = init;
  const random = seededRandom(seed, 'plan');
  const steps: Step[] = [];
  const pauses = (meanMs: number): number => -Math.log(1 - random.next()) * meanMs;
  for (let at = pauses(faultEveryMs); at < forMs; at += pauses(faultEveryMs))
    steps.push({ at, fault: oneOf(kinds, () => faultOf(random, nodes)) });
  const everyMs = 1_000 / operationsPerSecond;
  for (let at = pauses(everyMs); at < forMs; at += pauses(everyMs))
    steps.push({
      at,
      client: pick(random, nodes),
      operation: oneOf(operations, () => operationOf(random)),
    });
  if (mustRunPerSecond > 0) steps.push(...mustRunSteps(init, forMs, mustRunPerSecond));
  return { seed, nodes, forMs, components, steps: steps.toSorted((a, b) => a.at - b.at) };
}

/** Drawn by themselves, so that all else of a seed stays as it is without them. */
function mustRunSteps({ seed, nodes }: PlanInit, forMs: number, perSecond: number): Step[] {
  const random = seededRandom(seed, 'must-run');
  const steps: Step[] = [];
  for (let at = 0; at < forMs; at += (-Math.log(1 - random.next()) * 1_000) / perSecond) {
    const draw = random.next();
    const act = draw < 0.6 ? 'start' : draw < 0.75 ? 'kill' : draw < 0.9 ? 'exit' : 'trap';
    const name = `must-${pick(random, MUST_RUN)}`;
    steps.push({ at, client: pick(random, nodes), operation: { kind: 'must-run', name, act } });
  }
  return steps;
}

function oneOf<T extends Fault | Operation>(
  kinds: readonly T['kind'][] | undefined,
  draw: () => T,
): T {
  for (;;) {
    const drawn = draw();
    if (kinds === undefined || kinds.includes(drawn.kind)) return drawn;
  }
}

function faultOf(random: Random, nodes: number): Fault {
  const machine = pick(random, nodes);
  const other = (machine + 1 + pick(random, Math.max(1, nodes - 1))) % nodes;
  // Mostly short; some long enough for a node to be given up.
  const ms = 20 + random.next() ** 3 * 9_000;
  const draw = random.next();
  if (draw < 0.14) return { kind: 'kill', machine, ms };
  if (draw < 0.32) return { kind: 'power-off', machine, ms };
  if (draw < 0.42) return { kind: 'stop', machine, ms };
  if (draw < 0.6) return { kind: 'cut', ...sides(random, nodes), both: random.next() < 0.6, ms };
  if (draw < 0.74) return { kind: 'break', one: machine, other };
  if (draw < 0.81) return { kind: 'slow-disk', machine, slowMs: random.next() * 300, ms };
  if (draw < 0.87) return { kind: 'full-disk', machine, room: pick(random, 3_000), ms };
  if (draw < 0.93) return { kind: 'slow-network', slowMs: random.next() * 500, ms };
  return { kind: 'lose-lane', machine, pick: pick(random, 16) };
}

/** One of the machines against the others, or some against the rest. */
function sides(random: Random, nodes: number): { from: number[]; to: number[] } {
  const all = Array.from({ length: nodes }, (_, at) => at);
  const chosen = pick(random, nodes);
  const inFrom = all.map((each) => each === chosen || (nodes > 3 && random.next() < 0.3));
  return { from: all.filter((each) => inFrom[each]), to: all.filter((each) => !inFrom[each]) };
}

function operationOf(random: Random): Operation {
  const target = pick(random, 1 << 16);
  const draw = random.next();
  const name = `name-${pick(random, NAMES)}`;
  const path = `/path/${pick(random, PATHS)}`;
  const key = `test/${pick(random, KEYS)}`;
  if (draw < 0.12) {
    const named = random.next() < 0.5;
    const role = (['serve', 'loop', 'brief'] as const)[pick(random, 3)]!;
    const restart = named && random.next() < 0.3;
    return { kind: 'spawn', role, name: named ? name : undefined, restart };
  }
  if (draw < 0.17) return { kind: 'kill-vtask', target };
  if (draw < 0.25) return { kind: 'watch', target };
  if (draw < 0.37) return { kind: 'message', target };
  if (draw < 0.4) return { kind: 'info', target };
  if (draw < 0.72) {
    const what = whatOf(random.next());
    const other = pick(random, 1 << 16);
    return { kind: 'ask', target, what, other, forever: random.next() < 0.3 };
  }
  if (draw < 0.77) return { kind: 'find', name };
  if (draw < 0.87) return { kind: random.next() < 0.4 ? 'read' : 'swap', key };
  if (draw < 0.92) return { kind: 'put', path };
  if (draw < 0.98) return { kind: 'get', path };
  return { kind: 'delete', path };
}

function whatOf(draw: number): Extract<Operation, { kind: 'ask' }>['what'] {
  if (draw < 0.25) return 'echo';
  if (draw < 0.4) return 'work';
  if (draw < 0.43) return 'exit';
  if (draw < 0.46) return 'trap';
  if (draw < 0.6) return 'ask';
  if (draw < 0.8) return 'tell';
  if (draw < 0.92) return 'watch';
  return 'spawn';
}
