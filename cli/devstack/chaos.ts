import { setTimeout as pause } from 'node:timers/promises';
import { connectControl } from '#node/control/client.ts';
import { formatDuration } from '../output/units.ts';
import type { Devstack } from './devstack.ts';

const FIRST_AFTER_MS = 500; // a command has begun to do something by then
const LONGEST_PEACE_MS = 3_000;
const LONGEST_ABSENCE_MS = 8_000; // some come back before their lease has run out, and some after that
const LOOK_EVERY_MS = 100;
/** Of fewer the loss of one stops the registers. */
export const CHAOS_NODES = 3;

export interface ChaosComponents {
  readonly stack: Devstack;
  /** A whole number from 0 to below another. */
  readonly random: (below: number) => number;
  /** Told of each fault, in words. */
  readonly say: (what: string) => void;
}

/**
 * Kills nodes of a devstack, the first one first, and starts them again, until the signal aborts: one at a time, and none
 * before the cluster is whole again, for no promise is made to one that loses more than it bears.
 * @throws {node-not-started}
 */
export async function chaos(components: ChaosComponents, signal: AbortSignal): Promise<void> {
  const { stack, random } = components;
  try {
    await untilWhole(stack, signal);
    await pause(FIRST_AFTER_MS, undefined, { signal });
    for (let at = 0; ; at = random(stack.nodes.length)) {
      await strike(components, at, random(LONGEST_ABSENCE_MS), signal);
      await untilWhole(stack, signal);
      await pause(random(LONGEST_PEACE_MS), undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Kills a node, and starts it again after a while. @throws {node-not-started} */
export async function strike(
  { stack, say }: ChaosComponents,
  at: number,
  absenceMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { name } = stack.nodes[at]!;
  await stack.crash(at);
  say(at === 0 ? `${name} is killed, which all others joined by` : `${name} is killed`);
  await pause(absenceMs, undefined, { signal });
  await stack.startAgain(at, signal);
  say(`${name} runs again, after ${formatDuration(absenceMs)}`);
}

/** Resolves once every node is connected with every other, and so many keep registers that one of them may be lost. */
export async function untilWhole(stack: Devstack, signal: AbortSignal): Promise<void> {
  while (!(await isWhole(stack))) await pause(LOOK_EVERY_MS, undefined, { signal });
}

async function isWhole({ nodes }: Devstack): Promise<boolean> {
  const views = await Promise.all(
    nodes.map(async ({ socket }) => {
      const client = await connectControl({ socket });
      try {
        return await client.nodes.list();
      } finally {
        await client.close();
      }
    }),
  ).catch(() => []);
  return (
    views.length === nodes.length &&
    views.every((view) => {
      const reached = view.filter(({ standing, connected }) => {
        return connected && (standing === 'self' || standing === 'up');
      });
      const keepers = view.filter(({ keepsRegisters }) => keepsRegisters).length;
      return reached.length === nodes.length && keepers >= CHAOS_NODES && keepers % 2 === 1;
    })
  );
}
