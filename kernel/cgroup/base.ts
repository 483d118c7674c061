import { basename, dirname } from 'node:path';
import { Cgroup, codeOf, unless } from '#kernel/cgroup/cgroup.ts';
import { Controllers, OWN_SCOPE } from '#kernel/cgroup/controllers.ts';
import { groupName, isLeaf, isLeft, leafName } from '#kernel/cgroup/group-name.ts';
import { ownCgroup } from '#kernel/cgroup/own-cgroup.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';

export interface BaseComponents {
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface BaseInit {
  /** Those that are wanted. */
  readonly controllers: readonly string[];
  /** The process that started this one and does nothing but wait for it, if there is one: it stays where this one is. */
  readonly launcher?: number | undefined;
  /** Of this process. Default: `/proc/self` */
  readonly proc?: string | undefined;
}

/** Where a process makes cgroups. */
export interface Base extends AsyncDisposable {
  /** Its own, empty, beside those of other processes that were started in the same cgroup. */
  readonly top: Cgroup;
  /** Why `top` has not those controllers that it has not. */
  readonly off: ReadonlyMap<string, string>;
}

/** In the cgroup in which this process was started; or why there is none. What processes that were killed have left there is ended. */
export async function openBase(components: BaseComponents, init: BaseInit): Promise<Base | string> {
  const { clock } = components;
  const { folder, bound } = await ownCgroup(init.proc ?? '/proc/self');
  if ('why' in folder) return folder.why;
  // Who has moved into a child of its own, or was started by one that has, is beside the others still.
  const path = isLeaf(basename(folder.path)) ? dirname(folder.path) : folder.path;
  const parent = new Cgroup(path);
  const name = await groupName(process.pid);
  await using stack = new AsyncDisposableStack();
  try {
    await sweep(parent, components);
    const leaf = parent.child(leafName(name));
    const { launcher } = init;
    const own = launcher === undefined ? [process.pid] : [process.pid, launcher];
    const controllers = new Controllers(clock, { parent, leaf, own, bound });
    const failed = (error: unknown): void =>
      components.logger.warn('a cgroup is left', { cgroup: path, error: String(error) });
    stack.defer(() => controllers.release().catch(failed));
    // Made before anything is enabled: none of another process that ends now is taken away any more.
    const top = await makeOwn(parent, name);
    stack.defer(() => top.end(clock).catch(failed));
    if (!(await canKill(top))) return 'its kernel has no cgroup.kill, which Linux has from 5.14 on';
    const off = new Map<string, string>();
    for (const controller of init.controllers) {
      const why = await controllers.enable(controller);
      if (why !== undefined) off.set(controller, why);
    }
    const owned = stack.move();
    return { top, off, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  } catch (error) {
    return `it may make none in ${path} (${codeOf(error) ?? String(error)}): ${OWN_SCOPE}`;
  }
}

/** Ends and removes what processes that have ended without an order have left. */
async function sweep(parent: Cgroup, { clock, logger }: BaseComponents): Promise<void> {
  for (const group of await parent.children()) {
    if (!(await isLeft(basename(group.path)))) continue;
    logger.info('what a node that was killed has left in its cgroup is ended', {
      cgroup: group.path,
    });
    await group.end(clock);
  }
}

/** A process may have several nodes in it. */
async function makeOwn(parent: Cgroup, name: string): Promise<Cgroup> {
  for (let number = 1; ; number += 1) {
    const group = parent.child(`${name}.${number}`);
    try {
      await group.make();
      return group;
    } catch (error) {
      unless('EEXIST')(error);
    }
  }
}

async function canKill(group: Cgroup): Promise<boolean> {
  return group.set('cgroup.kill', 1).then(
    () => true,
    () => false,
  );
}
