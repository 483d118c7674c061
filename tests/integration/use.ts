import { setTimeout as pause } from 'node:timers/promises';
import type { PosivClient } from '#node/control/client.ts';
import { carryOut } from '#tests/simulation/operations.ts';
import { planOf, type Operation } from '#tests/simulation/plan.ts';
import { allWell } from './come-up.ts';
import { eventually } from './eventually.ts';
import { calm, faultsOf, strike, type RealFault } from './faults.ts';
import type { RealWorld } from './real-world.ts';

export interface Usage {
  readonly seed: number;
  readonly forMs: number;
  /** Mean time between faults. */
  readonly faultEveryMs: number;
  readonly operationsPerSecond: number;
}

/**
 * Programs outside use the nodes while things go wrong; then all is mended, and what was asked for comes to its end.
 * @returns how many operations and faults there were
 */
export async function use(
  world: RealWorld,
  usage: Usage,
): Promise<{ readonly operations: number; readonly faults: number }> {
  const { seed, forMs, faultEveryMs, operationsPerSecond } = usage;
  const nodes = world.machines.length;
  const { steps } = planOf({ seed, nodes, forMs, faultEveryMs: Infinity, operationsPerSecond });
  const { faulty: network } = world.network;
  const faults = faultsOf({ seed, nodes, forMs, everyMs: faultEveryMs, network });
  const ongoing = new Map<Operation, PosivClient>();
  const striking: Promise<void>[] = [];
  const mended = new AbortController();
  const begin = (machine: number, operation: Operation): void => {
    const client = world.client(machine);
    if (!client) return;
    ongoing.set(operation, client);
    const over = (): void => void ongoing.delete(operation);
    carryOut(world, machine, operation).then(over, over); // its node may have ended
  };
  const all = [
    ...steps.flatMap((step) =>
      'client' in step
        ? { at: step.at, run: () => begin(step.client, inRound(seed, step.operation)) }
        : [],
    ),
    ...faults.map(({ at, fault }) => {
      return { at, run: () => void striking.push(struck(world, fault, mended.signal)) };
    }),
  ].toSorted((one, other) => one.at - other.at);
  const began = world.now;
  for (const { at, run } of all) {
    const left = began + at - world.now;
    if (left > 0) await pause(left);
    run();
  }
  mended.abort();
  await Promise.all(striking);
  await calm(world);
  await allWell(world);
  // Of those whose program has lost its node nobody will hear.
  const left = (): string[] =>
    [...ongoing].flatMap(([operation, client]) =>
      world.machines.some(({ at }) => world.client(at) === client) ? JSON.stringify(operation) : [],
    );
  await eventually('all operations end', () => left().length === 0).catch(() => {
    for (const operation of left()) world.fault(`it never ended: ${operation}`);
  });
  return { operations: steps.length, faults: faults.length };
}

/** A fault, until its time is over or all is mended. */
async function struck(world: RealWorld, fault: RealFault, mended: AbortSignal): Promise<void> {
  try {
    const undo = await strike(world, fault);
    if ('ms' in fault) await pause(fault.ms, undefined, { signal: mended }).catch(() => {});
    await undo();
  } catch (error) {
    world.fault(`${JSON.stringify(fault)} could not be done: ${String(error)}`);
  }
}

/** The same operation on registers and paths that only this seed uses: so histories stay short. */
function inRound(seed: number, operation: Operation): Operation {
  if ('key' in operation) return { ...operation, key: `${operation.key}/${seed}` };
  if ('path' in operation) return { ...operation, path: `${operation.path}-${seed}` };
  return { ...operation };
}
