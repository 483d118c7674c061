import { unless, type Cgroup } from '#kernel/cgroup/cgroup.ts';
import type { Clock } from '#kernel/clock.ts';

/** Where the machines of a tenant are, in its cgroup. */
const MACHINES = 'machines';

interface Tenant {
  /** How many processes are in its cgroup, which is there while there are any. */
  members: number;
  /** That its cgroup has. */
  weight: number | undefined;
  /** For its machines, once it has had one. */
  machines: Cgroup | undefined;
  /** One after the other: a cgroup that is being removed is not to be made again beside that. Another tenant's does not wait for it. */
  doing: Promise<unknown>;
}

/** The cgroups of the tenants that have processes: all that a tenant has on the node is in one, which has its weight. */
export class TenantGroups {
  readonly #clock: Clock;
  readonly #top: Cgroup;
  readonly #controllers: readonly string[];
  readonly #tenants = new Map<string, Tenant>();

  /** @param controllers those of `top`, which all below it are to have */
  constructor(clock: Clock, top: Cgroup, controllers: readonly string[]) {
    this.#clock = clock;
    this.#top = top;
    this.#controllers = controllers;
  }

  /**
   * Has the cgroup of a tenant there until it is left as often as it was entered.
   * @param weight that it is to have from now on; left out where that is said later
   */
  enter(tenant: string, weight?: number): Promise<Cgroup> {
    return this.#alone(tenant, async (state) => {
      const group =
        state.members > 0
          ? this.#top.child(nameOf(tenant))
          : await this.open(this.#top, nameOf(tenant));
      if (weight !== undefined) await this.#setWeight(group, state, weight);
      state.members += 1;
      return group;
    });
  }

  /** Enters it, for a machine, which has its part beside the other machines of the tenant: its cells have theirs beside all of these. */
  async enterMachines(tenant: string, weight?: number): Promise<Cgroup> {
    const group = await this.enter(tenant, weight);
    try {
      return await this.#alone(
        tenant,
        async (state) => (state.machines ??= await this.open(group, MACHINES)),
      );
    } catch (error) {
      await this.leave(tenant);
      throw error;
    }
  }

  /** A tenant is to have such a part of the processors, beside the others, whatever it has running. One that has nothing is told when it enters. */
  weigh(tenant: string, weight: number): Promise<void> {
    return this.#alone(tenant, async (state) => {
      if (state.members === 0) return;
      await this.#setWeight(this.#top.child(nameOf(tenant)), state, weight);
    });
  }

  leave(tenant: string): Promise<void> {
    return this.#alone(tenant, async (state) => {
      state.members -= 1;
      if (state.members > 0) return;
      state.weight = undefined;
      state.machines = undefined;
      await this.#top.child(nameOf(tenant)).end(this.#clock);
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

  async #setWeight(group: Cgroup, state: Tenant, weight: number): Promise<void> {
    if (!this.#controllers.includes('cpu') || weight === state.weight) return;
    await group.set('cpu.weight', weight);
    state.weight = weight;
  }

  #alone<T>(tenant: string, work: (state: Tenant) => Promise<T>): Promise<T> {
    const state = this.#tenants.get(tenant) ?? {
      members: 0,
      weight: undefined,
      machines: undefined,
      doing: Promise.resolve(),
    };
    this.#tenants.set(tenant, state);
    const done = state.doing.then(() => work(state));
    const doing = done
      .catch(() => {})
      .then(() => {
        if (state.members === 0 && state.doing === doing) this.#tenants.delete(tenant);
      });
    state.doing = doing;
    return done;
  }
}

function nameOf(tenant: string): string {
  return `tenant-${tenant}`;
}
