import type { Clock } from '#kernel/clock.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import type { Logger } from '#kernel/logger.ts';
import type { Creation } from '#kernel/spawner.ts';
import type { VTask, VTaskTable } from '#kernel/vtask-table.ts';
import type { ErrorCode, ExitReason, Restart } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import type { Result } from '#posiv-wit/result.ts';

// As the intensity of a supervisor in Erlang: who ends so often will end again, whatever is done.
const MOST = 5;
const WITHIN_MS = 60_000;
const FIRST_DELAY_MS = 100;

export interface RestartsComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly table: VTaskTable;
  /** Makes and starts one on this node. */
  readonly start: (creation: Creation) => Promise<Result<string, ErrorCode>>;
}

/** Makes vTasks again that have ended, as they were made to be: each time a little later, and not without end. */
export class Restarts {
  readonly #components: RestartsComponents;
  /** When each was made again, by tenant and name. */
  readonly #times = new Map<string, number[]>();
  readonly #waiting = new Map<string, () => void>();

  constructor(components: RestartsComponents) {
    this.#components = components;
  }

  /** A vTask has ended. */
  ended(vtask: VTask): void {
    const { name, restart, reason } = vtask;
    if (name === undefined || !reason || !isDue(restart, reason)) return;
    this.#again(vtask, name);
  }

  /** None is made again any more. */
  close(): void {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #again(vtask: VTask, name: string): void {
    const { clock, logger } = this.#components;
    const key = `${vtask.tenant}/${name}`;
    const now = clock.now();
    const times = (this.#times.get(key) ?? []).filter((time) => now - time < WITHIN_MS);
    if (times.length >= MOST) {
      this.#times.delete(key);
      logger.warn('a vTask is not made again: it ended too often', { name, times: MOST });
      return;
    }
    this.#times.set(key, [...times, now]);
    const cancel = clock.after(FIRST_DELAY_MS * 2 ** times.length, () => {
      this.#waiting.delete(key);
      void this.#restart(vtask, name);
    });
    this.#waiting.get(key)?.();
    this.#waiting.set(key, cancel);
  }

  async #restart(vtask: VTask, name: string): Promise<void> {
    const { table, logger, start } = this.#components;
    const { tenant, creator, image, cmd, grants, detached, quota, environment, restart } = vtask;
    const parent = creator === undefined ? undefined : table.get(creator);
    if (creator === undefined || (!detached && parent && hasEnded(parent.state))) return;
    const options = { ...DEFAULT_OPTIONS, detached, quota, environment, restart };
    const made = await start({ creator, tenant, name, image, cmd, grants, options });
    if (made.ok) return logger.info('a vTask was made again', { name, vtid: made.value });
    const { error } = made;
    logger.warn('a vTask could not be made again', { name, error });
    // Somebody else may have its name by now, or the image is gone; anything else may pass.
    if (error.tag !== 'refused') this.#again(vtask, name);
  }
}

function isDue(restart: Restart, reason: ExitReason): boolean {
  if (restart === 'never') return false;
  switch (reason.tag) {
    case 'killed':
    case 'creator-ended':
    case 'node-lost':
      return false;
    case 'exited':
      return restart === 'always' || reason.val !== 0;
    default:
      return true;
  }
}
