import { unless, type Cgroup } from '#kernel/cgroup/cgroup.ts';
import type { Clock } from '#kernel/clock.ts';

/** Where the machines of a tenant are, in its cgroup. */
const MACHINES = 'machines';

/** The cgroups of the tenants that have processes: all that a tenant has on the node is in one, which has its weight. */
export class TenantGroups {
  readonly #clock: Clock;
  readonly #top: Cgroup;
  readonly #controllers: readonly string[];
  /** How many processes are in each. */
  readonly #members = new Map<string, number>();
  #doing: Promise<unknown> = Promise.resolve();

  /** @param controllers those of `top`, which all below it are to have */
  constructor(clock: Clock, top: Cgroup, controllers: readonly string[]) {
    this.#clock = clock;
    this.#top = top;
    this.#controllers = controllers;
  }

  /** Has the cgroup of a tenant there until it is left as often as it was entered. */
  enter(tenant: string): Promise<Cgroup> {
    return this.#alone(async () => {
      const group = await this.open(this.#top, `tenant-${tenant}`);
      this.#members.set(tenant, (this.#members.get(tenant) ?? 0) + 1);
      return group;
    });
  }

  /** Enters it, for a machine, which has its part beside the other machines of the tenant: its cells have theirs beside all of these. */
  async enterMachines(tenant: string): Promise<Cgroup> {
    const group = await this.enter(tenant);
    try {
      return await this.#alone(() => this.open(group, MACHINES));
    } catch (error) {
      await this.leave(tenant);
      throw error;
    }
  }

  leave(tenant: string): Promise<void> {
    return this.#alone(async () => {
      const left = this.#members.get(tenant)! - 1;
      this.#members.set(tenant, left);
      if (left > 0) return;
      this.#members.delete(tenant);
      const group = this.#top.child(`tenant-${tenant}`);
      await group.end(this.#clock);
    });
  }

  /** A cgroup for others, unless it is there. */
  async open(parent: Cgroup, name: string): Promise<Cgroup> {
    const group = parent.child(name);
    await group.make().catch(unless('EEXIST'));
    for (const controller of this.#controllers)
      await group.set('cgroup.subtree_control', `+${controller}`);
    return group;
  }

  /** One that is being removed is not to be made again beside that. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#doing.then(work);
    this.#doing = done.catch(() => {});
    return done;
  }
}
