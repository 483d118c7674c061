import { basename } from 'node:path';
import type { Cgroup } from '#kernel/cgroup/cgroup.ts';
import { entering, type Settings, type Words } from '#kernel/cgroup/entering.ts';
import type { TenantGroups } from '#kernel/cgroup/tenant-groups.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';

export interface ProcessGroupComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tenants: Pick<TenantGroups, 'enter' | 'weigh' | 'leave'>;
}

export interface ProcessGroupInit {
  /** Where it is first, not there yet. */
  readonly place: Cgroup;
  /** What holds in it. */
  readonly settings: Settings;
  /** The shell by which a process enters it. */
  readonly sh: string;
  /** The tenant in whose cgroup the place is, which has been entered. */
  readonly tenant?: string | undefined;
  /** Whether the weights of tenants can be set. */
  readonly weighs: boolean;
}

/** The cgroup of one process, and of all that it ever starts. What it cannot do it logs: nothing waits for a cgroup. */
export class ProcessGroup {
  readonly #components: ProcessGroupComponents;
  readonly #settings: Settings;
  readonly #sh: string;
  /** Whether its tenant's part of the processors is that of its cgroup: its niceness is no matter then. */
  readonly weighs: boolean;
  #place: Cgroup;
  /** In whose cgroup it is, or is about to be. */
  #tenant: string | undefined;
  /** One after the other. */
  #doing: Promise<void> = Promise.resolve();

  constructor(components: ProcessGroupComponents, init: ProcessGroupInit) {
    this.#components = components;
    this.#place = init.place;
    this.#settings = init.settings;
    this.#sh = init.sh;
    this.#tenant = init.tenant;
    this.weighs = init.weighs;
  }

  /** Makes it. @returns how its process is started */
  enter(words: Words): Words {
    const { path } = this.#place;
    try {
      this.#place.makeNow(this.#settings);
    } catch (error) {
      const about = { cgroup: path, error: String(error) };
      this.#components.logger.warn(
        'a process is started without all that is to hold for it',
        about,
      );
    }
    return entering(this.#sh, path, words);
  }

  /** It is a tenant's from now on. To be called once, when its process has entered it. */
  join(tenant: string): Promise<void> {
    return this.#next('a process cannot be moved to the cgroup of its tenant', async () => {
      const { clock, tenants } = this.#components;
      const above = await tenants.enter(tenant);
      this.#tenant = tenant;
      const next = above.child(basename(this.#place.path));
      await next.make();
      for (const [file, value] of Object.entries(this.#settings)) await next.set(file, value);
      await next.takeAll(this.#place);
      await this.#place.remove(clock);
      this.#place = next;
    });
  }

  /** Its tenant is to have such a part of the processors, beside the others, whatever it has running. */
  weigh(weight: number): Promise<void> {
    return this.#next('a tenant cannot be given its weight', async () => {
      if (this.#tenant !== undefined) await this.#components.tenants.weigh(this.#tenant, weight);
    });
  }

  /** Kills who is left in it, and removes it. */
  close(): Promise<void> {
    return this.#next('a cgroup is left', async () => {
      const { clock, tenants } = this.#components;
      const tenant = this.#tenant;
      this.#tenant = undefined;
      try {
        await this.#place.end(clock);
      } finally {
        if (tenant !== undefined) await tenants.leave(tenant);
      }
    });
  }

  #next(failure: string, work: () => Promise<void>): Promise<void> {
    const { logger } = this.#components;
    this.#doing = this.#doing.then(work).catch((error: unknown) => {
      logger.warn(failure, { cgroup: this.#place.path, error: String(error) });
    });
    return this.#doing;
  }
}
