import type { Clock } from '#kernel/clock.ts';
import { VTASK_LIMITS } from '#kernel/quota.ts';
import type { VTask } from '#kernel/vtask-table.ts';

export interface LifetimesComponents {
  readonly clock: Clock;
  /** A vTask has lived for as long as it may. */
  readonly over: (vtask: VTask) => void;
}

/** Watches over the vTasks whose life time is limited. */
export class Lifetimes {
  readonly #components: LifetimesComponents;
  readonly #cancels = new Map<string, () => void>();

  constructor(components: LifetimesComponents) {
    this.#components = components;
  }

  /** A vTask was made, or its limit has changed. */
  follow(vtask: VTask): void {
    this.forget(vtask.vtid);
    const { lifeMs } = vtask.quota;
    if (lifeMs >= VTASK_LIMITS.lifeMs.maximum) return;
    const { clock, over } = this.#components;
    const leftMs = Math.max(0, vtask.madeAt + lifeMs - clock.now());
    const cancel = clock.after(leftMs, () => {
      this.#cancels.delete(vtask.vtid);
      over(vtask);
    });
    this.#cancels.set(vtask.vtid, cancel);
  }

  forget(vtid: string): void {
    this.#cancels.get(vtid)?.();
    this.#cancels.delete(vtid);
  }
}
