import { availableParallelism } from 'node:os';
import { openBase, type Base, type BaseComponents, type BaseInit } from '#kernel/cgroup/base.ts';
import type { Cgroup } from '#kernel/cgroup/cgroup.ts';
import { failureOf, type Settings } from '#kernel/cgroup/entering.ts';
import { groupLayers } from '#kernel/cgroup/group-layers.ts';
import { ProcessGroup } from '#kernel/cgroup/process-group.ts';
import { TenantGroups } from '#kernel/cgroup/tenant-groups.ts';
import { findTool } from '#kernel/cell/find-tool.ts';
import type { Layer } from '#kernel/cell/layers.ts';

export interface NodeGroupsInit extends Omit<BaseInit, 'controllers'> {
  /** Default: those that a node makes use of. */
  readonly controllers?: readonly string[];
  /** Where tools are looked for, as PATH has it. */
  readonly path: string;
}

/** What a node has of cgroups. */
export interface OpenedGroups extends AsyncDisposable {
  /** Undefined where there are none. */
  readonly groups: NodeGroups | undefined;
  /** What of them is on, and why not the rest. */
  readonly layers: readonly Layer[];
}

const CONTROLLERS = ['cpu', 'memory', 'pids'] as const;
/**
 * Of all cells and machines together, for each processor, beside the node and whatever else is in its cgroup: a weight is divided among the
 * processors that a cgroup keeps busy, and on each this is what nice 10 is among processes (sched_prio_to_weight, kernel/sched/core.c).
 */
const WEIGHT = 11;
const MOST_WEIGHT = 10_000;

/** Finds out what of cgroups this process may have, by having it. It does not fail: what is missing is said. */
export async function openGroups(
  components: BaseComponents,
  { controllers = CONTROLLERS, ...init }: NodeGroupsInit,
): Promise<OpenedGroups> {
  await using stack = new AsyncDisposableStack();
  const opened = (on: Base | string, groups?: NodeGroups): OpenedGroups => {
    const owned = stack.move();
    const close = (): Promise<void> => owned.disposeAsync();
    return { groups, layers: groupLayers(on, controllers), [Symbol.asyncDispose]: close };
  };
  const sh = await findTool('sh', init.path);
  if (sh === undefined) return opened('sh is not installed');
  const base = await openBase(components, { ...init, controllers });
  if (typeof base === 'string') return opened(base);
  stack.use(base);
  const trial = base.top.child('trial');
  try {
    await trial.make();
    const failure = await failureOf(sh, trial.path);
    if (failure !== undefined) return opened(failure);
    await trial.remove(components.clock);
    return opened(base, await NodeGroups.open(components, base, controllers, sh));
  } catch (error) {
    return opened(String(error));
  }
}

/** The cgroups of a node: one for each cell and each process of a machine, in that of its tenant. */
export class NodeGroups {
  readonly #components: BaseComponents;
  readonly #controllers: readonly string[];
  readonly #sh: string;
  readonly #tenants: TenantGroups;
  /** Where cells are that have no tenant yet. */
  readonly #warm: Cgroup;
  #count = 0;

  private constructor(
    components: BaseComponents,
    controllers: readonly string[],
    sh: string,
    tenants: TenantGroups,
    warm: Cgroup,
  ) {
    this.#components = components;
    this.#controllers = controllers;
    this.#sh = sh;
    this.#tenants = tenants;
    this.#warm = warm;
  }

  /** Of a base that is there. Throws what the system answered. */
  static async open(
    components: BaseComponents,
    { top, off }: Base,
    wanted: readonly string[],
    sh: string,
  ): Promise<NodeGroups> {
    const controllers = wanted.filter((each) => !off.has(each));
    const weight = Math.min(WEIGHT * availableParallelism(), MOST_WEIGHT);
    for (const each of controllers) await top.set('cgroup.subtree_control', `+${each}`);
    if (controllers.includes('cpu')) await top.set('cpu.weight', weight);
    const tenants = new TenantGroups(components.clock, top, controllers);
    const warm = await tenants.open(top, 'warm');
    return new NodeGroups(components, controllers, sh, tenants, warm);
  }

  /** Whether tenants have their weights by them. */
  get weighs(): boolean {
    return this.#controllers.includes('cpu');
  }

  /** For a cell that has no tenant yet. */
  cell(settings: Settings): ProcessGroup {
    return this.#group(this.#warm, `cell-${(this.#count += 1)}`, settings);
  }

  /**
   * For a process of a machine of a tenant; undefined where it cannot be had.
   * @param weight the tenant's: there may be no cell that gives it to its cgroup
   */
  async machine(
    tenant: string,
    settings: Settings,
    weight?: number,
  ): Promise<ProcessGroup | undefined> {
    try {
      const parent = await this.#tenants.enterMachines(tenant, weight);
      return this.#group(parent, `process-${(this.#count += 1)}`, settings, tenant);
    } catch (error) {
      const about = { tenant, error: String(error) };
      this.#components.logger.warn('a machine has no cgroup', about);
      return undefined;
    }
  }

  /** A tenant has another weight from now on. What cannot be done is logged. */
  async weigh(tenant: string, weight: number): Promise<void> {
    try {
      await this.#tenants.weigh(tenant, weight);
    } catch (error) {
      const about = { tenant, weight, error: String(error) };
      this.#components.logger.warn('a tenant cannot be given its weight', about);
    }
  }

  /** @param settings of which those hold whose controller is there */
  #group(parent: Cgroup, name: string, settings: Settings, tenant?: string): ProcessGroup {
    const { clock, logger } = this.#components;
    const held = Object.entries(settings).filter(([file]) =>
      this.#controllers.includes(file.split('.')[0]!),
    );
    return new ProcessGroup(
      { clock, logger, tenants: this.#tenants },
      {
        place: parent.child(name),
        settings: Object.fromEntries(held),
        sh: this.#sh,
        tenant,
        weighs: this.weighs,
      },
    );
  }
}
