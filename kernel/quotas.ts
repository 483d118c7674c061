import type { Cells } from '#kernel/cell/cells.ts';
import type { NodeFrame } from '#kernel/ipc/passing.ts';
import type { Clock } from '#kernel/clock.ts';
import { Lifetimes } from '#kernel/lifetimes.ts';
import type { Logger } from '#kernel/logger.ts';
import type { QuotaBounds } from '#kernel/quota.ts';
import { Refusals } from '#kernel/refusals.ts';
import { Scheduling } from '#kernel/scheduling.ts';
import type { Strategies } from '#kernel/strategies.ts';
import { NO_CPU_RATE, type Tenants } from '#kernel/tenants.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import type { ExitReason, Limit, Refusal } from '#posiv-wit/generated/kernel.ts';
import type { SettingsFrame } from '#posiv-wit/generated/wire.ts';

export interface QuotasComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly strategies: Pick<Strategies, 'task'>;
  readonly tenants: Tenants;
  readonly cells: Pick<Cells, 'lanesOf' | 'tenants' | 'weigh'>;
  readonly send: (lane: number, frame: NodeFrame) => void;
  readonly end: (vtask: VTask, reason: ExitReason) => void;
}

/** What vTasks and tenants may use of a node, and how often they wanted more. */
export class Quotas {
  /** Limits are counted, not enforced. */
  readonly counting: boolean;
  readonly lifetimes: Lifetimes;
  readonly scheduling: Scheduling;
  readonly #components: QuotasComponents;
  readonly #refusals = new Map<string, Refusals>();

  constructor(components: QuotasComponents, counting: boolean) {
    const { clock, logger, strategies } = components;
    this.#components = components;
    this.counting = counting;
    this.lifetimes = new Lifetimes({ clock, over: (vtask) => this.#livedLong(vtask) });
    this.scheduling = new Scheduling({
      clock,
      logger,
      strategies,
      changed: () => this.#tellAll(),
    });
  }

  /** What a vTask of a tenant may be given; undefined for one that may have nothing. */
  boundsOf(tenant: string): QuotaBounds | undefined {
    const quota = this.#components.tenants.quotaOf(tenant);
    const { defaultWeight } = this.scheduling.parameters;
    return quota && { defaultWeight, tenant: quota };
  }

  /** A vTask would pass a limit, which is counted. Whether it is to be refused. */
  refuses(vtask: VTask, limit: Limit): boolean {
    vtask.refusals.add(limit);
    return !this.counting;
  }

  /** The same for a tenant. */
  refusesTenant(tenant: string, limit: Limit): boolean {
    const refusals = this.#refusals.get(tenant) ?? new Refusals();
    this.#refusals.set(tenant, refusals);
    refusals.add(limit);
    return !this.counting;
  }

  /** The limits that a tenant has passed since the node was started. */
  refusalsOf(tenant: string): readonly Refusal[] {
    return this.#refusals.get(tenant)?.list() ?? [];
  }

  /** What the lanes of a tenant go by: each has an equal part of what the tenant may use. */
  settingsOf(tenant: string): SettingsFrame {
    const { cells, tenants } = this.#components;
    const { cpuRate = NO_CPU_RATE } = tenants.quotaOf(tenant) ?? {};
    const { sliceUs } = this.scheduling.parameters;
    const lanes = Math.max(1, cells.lanesOf(tenant).length);
    const part = cpuRate >= NO_CPU_RATE ? 0 : Math.max(1, Math.floor(cpuRate / lanes));
    return { sliceUs, cpuRate: part, counting: this.counting };
  }

  /** Tells the lanes and cells of a tenant: they are others than before, or its quota is. */
  tell(tenant: string): void {
    const { cells, send, tenants } = this.#components;
    const lanes = cells.lanesOf(tenant);
    if (lanes.length === 0) return;
    const quota = tenants.quotaOf(tenant);
    if (quota) cells.weigh(tenant, quota.cpuWeight);
    const val = this.settingsOf(tenant);
    for (const lane of lanes) send(lane, { tag: 'settings', val });
  }

  #tellAll(): void {
    for (const tenant of this.#components.cells.tenants()) this.tell(tenant);
  }

  #livedLong(vtask: VTask): void {
    if (!this.refuses(vtask, 'life-ms')) return;
    const val = `life-ms: it was to live for ${vtask.quota.lifeMs} ms at the most`;
    this.#components.end(vtask, { tag: 'quota-exceeded', val });
  }
}
