import { VTASK_LIMITS } from '#kernel/quota.ts';
import { Refusals } from '#kernel/refusals.ts';
import type { Limit, Quota } from '#posiv-wit/generated/kernel.ts';

/** Whether a lane enforces the limits of its vTasks, as its node says. */
export interface LimitMode {
  /** A limit that would be passed is counted, and what would pass it is let be, up to the limit's maximum. */
  readonly counting: boolean;
}

/** What one vTask may use in its lane, and how often it wanted more. */
export class Limits {
  readonly refusals = new Refusals();
  readonly #mode: LimitMode;
  #quota: Quota;

  constructor(quota: Quota, mode: LimitMode) {
    this.#quota = quota;
    this.#mode = mode;
  }

  get quota(): Quota {
    return this.#quota;
  }

  adjust(quota: Quota): void {
    this.#quota = quota;
  }

  /** Whether its messages have a rate. */
  get paced(): boolean {
    return this.#quota.messageRate < VTASK_LIMITS.messageRate.maximum;
  }

  get counting(): boolean {
    return this.#mode.counting;
  }

  /** Bytes of mail that it may keep, whatever is counted. */
  get mailboxBytes(): number {
    return this.#mode.counting ? VTASK_LIMITS.mailboxBytes.maximum : this.#quota.mailboxBytes;
  }

  /** Pages that its memories may have, whatever is counted. */
  get memoryPages(): number {
    return this.#mode.counting ? VTASK_LIMITS.memoryPages.maximum : this.#quota.memoryPages;
  }

  /** It would pass a limit, which is counted. Whether it is to be refused, or held back. */
  refuses(limit: Limit): boolean {
    this.refusals.add(limit);
    return !this.#mode.counting;
  }
}
