import type { Clock, Logger } from '../environment.ts';
import { codeOf, describe } from '../errors.ts';
import { LeaseHolder } from './lease-holder.ts';
import type { Proposer } from './proposer.ts';

/**
 * A loss is confirmed so long after it was suspected. Long against what a busy machine holds a process up for: one that cannot
 * renew in time does nothing meanwhile, and is lost if others see it silent as well.
 */
export const LEASE_MS = 3_000;
const RENEWALS = 5; // in the time of a lease, so that some of them may fail
const ATTEMPTS = 3; // that fit into its time, so two that fail are borne; more would give up those that are only slow
const TAKE_EVERY_MS = 100; // who is lost before it has a lease is lost to nobody
const RELEASE_MS = 500; // then others find out by waiting

export interface LeaseKeeperComponents {
  readonly proposer: Pick<Proposer, 'change'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the registers outlive a loss, as far as is known. */
  readonly bearsLoss: () => boolean;
}

export interface LeaseKeeperInit {
  readonly node: string;
  readonly incarnation: number;
  /** Default 3,000. */
  readonly durationMs?: number;
  /** Others have taken this incarnation for lost: it must do nothing any more. Told once. */
  readonly onLost: () => void;
  /** `deadline` is another: later, where the lease was written, in the past, where it was lost, or sooner, where one may be. */
  readonly onDeadline?: (deadline: number) => void;
}

/**
 * Holds the lease of this node's incarnation as long as it can. A cluster whose registers bear no loss has no leases: there
 * nobody takes the place of a node, and a node must not stop because another one did.
 */
export class LeaseKeeper implements AsyncDisposable {
  readonly #components: LeaseKeeperComponents;
  readonly #init: LeaseKeeperInit;
  readonly #holder: LeaseHolder;
  readonly #everyMs: number;
  readonly #withinMs: number;
  #cancel: () => void = () => undefined;
  /** The deadline that was told last. */
  #told = Infinity;
  #lost = false;
  #closed = false;

  constructor(components: LeaseKeeperComponents, init: LeaseKeeperInit) {
    const { node, incarnation, durationMs = LEASE_MS } = init;
    this.#components = components;
    this.#init = init;
    this.#holder = new LeaseHolder(components, { node, incarnation, durationMs });
    this.#everyMs = durationMs / RENEWALS;
    this.#withinMs = durationMs / ATTEMPTS;
    this.#later(0);
  }

  /** Whether what this node does may have an effect on others: not once they may have taken it for lost. */
  get mayAct(): boolean {
    return this.#components.clock.now() < this.deadline;
  }

  /** By the clock: from then on nothing that this node does may have an effect. Infinity while nobody can take it for lost. */
  get deadline(): number {
    if (this.#lost) return Number.NEGATIVE_INFINITY;
    const { token, deadline, unheard } = this.#holder;
    return token === undefined ? unheard : deadline;
  }

  /** Gives the lease back, for a node whose vTasks have ended: nobody has to wait until it runs out. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#cancel();
    if (this.#lost || this.#holder.token === undefined) return;
    await this.#holder.release(RELEASE_MS).catch((error: unknown) => this.#note(error));
  }

  #later(ms: number): void {
    if (this.#closed || this.#lost) return;
    this.#cancel = this.#components.clock.after(ms, () => {
      const began = this.#components.clock.now();
      void this.#keep().then(() => {
        const tookMs = this.#components.clock.now() - began;
        const everyMs = this.#holder.token === undefined ? TAKE_EVERY_MS : this.#everyMs;
        this.#later(Math.max(0, everyMs - tookMs));
      });
    });
  }

  async #keep(): Promise<void> {
    const { token, unheard } = this.#holder;
    try {
      if (token !== undefined) await this.#holder.renew(this.#withinMs);
      else if (unheard < Infinity || this.#components.bearsLoss()) {
        const acquired = this.#holder.acquire(this.#withinMs);
        this.#tell();
        await acquired;
      }
    } catch (error) {
      if (this.#closed) return;
      const code = codeOf(error);
      if (code === 'lease-lost' || code === 'lease-held') return this.#loses(error);
      this.#note(error);
    }
    this.#tell();
  }

  #tell(): void {
    const { deadline } = this;
    if (deadline === this.#told) return;
    this.#told = deadline;
    this.#init.onDeadline?.(deadline);
  }

  #loses(error: unknown): void {
    this.#lost = true;
    this.#components.logger.error('this node was taken for lost', {
      code: codeOf(error),
      reason: describe(error),
    });
    this.#tell();
    this.#init.onLost();
  }

  #note(error: unknown): void {
    const fields = { code: codeOf(error), reason: describe(error) };
    this.#components.logger.debug('the lease was not renewed', fields);
  }
}
