import type { Cgroup } from '#kernel/cgroup/cgroup.ts';
import { codeOf, unless } from '#kernel/cgroup/cgroup.ts';
import type { Clock } from '#kernel/clock.ts';

/** How a program is given a cgroup of its own, with controllers, by systemd. */
export const OWN_SCOPE = `systemd-run ${process.getuid?.() === 0 ? '' : '--user '}--scope -p Delegate=yes vstar node ...`;

export interface ControllersInit {
  /** The cgroup whose children are to have them. */
  readonly parent: Cgroup;
  /** Its child that is for this process itself, not there yet. */
  readonly leaf: Cgroup;
  /** Processes that are this one's: itself, and what does nothing but wait for it. */
  readonly own: readonly number[];
  /** Those that version 1 of cgroups has. */
  readonly bound: ReadonlySet<string>;
}

/**
 * Controllers are had by the children of a cgroup in which no process is itself, but for the root. So this process goes into a child
 * of its own before the first is enabled, and comes back in the end, when nobody else needs them.
 */
export class Controllers {
  readonly #clock: Clock;
  readonly #init: ControllersInit;
  readonly #wanted: string[] = [];
  readonly #enabled: string[] = [];

  constructor(clock: Clock, init: ControllersInit) {
    this.#clock = clock;
    this.#init = init;
  }

  /** Undefined once the children have it, else why not. */
  async enable(controller: string): Promise<string | undefined> {
    const { parent, bound } = this.#init;
    this.#wanted.push(controller);
    if (await has(parent, 'cgroup.subtree_control', controller)) return undefined;
    if (bound.has(controller))
      return `this machine has ${controller} in cgroup v1: boot it with systemd.unified_cgroup_hierarchy=1`;
    if (!(await has(parent, 'cgroup.controllers', controller)))
      return `${parent.path} has not been given ${controller}: ${OWN_SCOPE}`;
    try {
      const why = await this.#makeWay();
      if (why !== undefined) return why;
      await parent.set('cgroup.subtree_control', `+${controller}`);
      this.#enabled.push(controller);
      return undefined;
    } catch (error) {
      return `${parent.path} does not give ${controller} to those below it: ${codeOf(error)}`;
    }
  }

  /** As it was before. To be called when this process has left nothing else there. */
  async release(): Promise<void> {
    const { parent, leaf } = this.#init;
    const others = (await parent.children()).filter(({ path }) => path !== leaf.path);
    if (others.length > 0) return; // they need what was enabled
    // The root is everybody's, any other one was given to programs like this: the last to leave puts away what they all had.
    for (const controller of (await isRoot(parent)) ? this.#enabled : this.#wanted)
      if (await has(parent, 'cgroup.subtree_control', controller))
        await parent.set('cgroup.subtree_control', `-${controller}`);
    if ((await leaf.pids().catch(unless('ENOENT'))) === undefined) return;
    await parent.takeAll(leaf);
    await leaf.remove(this.#clock);
  }

  /** Undefined once no process is in the parent, else why that cannot be. */
  async #makeWay(): Promise<string | undefined> {
    const { parent, leaf, own } = this.#init;
    if (await isRoot(parent)) return undefined;
    const pids = await parent.pids();
    const others = pids.filter((pid) => !own.includes(pid));
    if (others.length > 0)
      return `${parent.path} has other processes in it (${others.slice(0, 5).join(', ')}): ${OWN_SCOPE}`;
    if (pids.length === 0) return undefined;
    await leaf.make().catch(unless('EEXIST'));
    for (const pid of pids) await leaf.take(pid);
    return undefined;
  }
}

/** Of all cgroups of the machine. */
async function isRoot(group: Cgroup): Promise<boolean> {
  return (await group.read('cgroup.type').catch(unless('ENOENT'))) === undefined;
}

async function has(group: Cgroup, file: string, controller: string): Promise<boolean> {
  return (await group.words(file)).includes(controller);
}
