import { truncate } from 'node:fs/promises';
import { hasEnded } from '#cli/all-vtasks.ts';
import { eventually } from './eventually.ts';
import { judge } from './judge.ts';
import { cutOffs } from './node-logs.ts';
import type { RealWorld } from './real-world.ts';
import { use, type Usage } from './use.ts';

export interface Round {
  readonly operations: number;
  readonly faults: number;
}

/**
 * A round of use and faults, after which all is looked at and whoever made something has gone. What must not have happened
 * stands in `world.faults`.
 */
export async function round(world: RealWorld, usage: Usage): Promise<Round> {
  const used = await use(world, usage);
  await judge(world);
  await endAll(world);
  for (const line of await cutOffs(world)) world.fault(line);
  return used;
}

/** Whoever made vTasks goes: nothing may be left of them. Others come. */
async function endAll(world: RealWorld): Promise<void> {
  const clients = world.machines.flatMap(({ at }) => world.client(at) ?? []);
  await Promise.all(clients.map((client) => client.close()));
  for (const { at, name } of world.machines) {
    let left: string[] = [];
    const isEmpty = async (): Promise<boolean> => {
      const client = await world.reached(at);
      const all = await client.vtask.list(undefined);
      if (!all.ok) return false;
      const living = all.value.filter((vtask) => !hasEnded(vtask) && vtask.vtid !== client.vtid);
      left = living.map(({ vtid }) => vtid);
      return left.length === 0;
    };
    await eventually('nothing is left', () => isEmpty().catch(() => false)).catch(() => {
      world.fault(
        `${left.length} vTasks are left on ${name}, whose creators have ended: ${left.join()}`,
      );
    });
  }
  for (const { testimony } of world.machines) await truncate(testimony, 0);
  world.forget();
}
