import type { Clock, Logger } from '../environment.ts';
import { codeOf, describe } from '../errors.ts';
import { LeaseWatch, type LeaseWatchComponents } from './lease-watch.ts';

const LOOK_EVERY_MS = 500;
/** While a lease is watched: who keeps it may have fenced it. */
const LOOK_AGAIN_MS = 250;
/** Times the nodes: where there are many, each looks less often, so that they ask for one lease 50 times a second at most. */
const LOOK_EVERY_MS_FOR_EACH = 20;
const LOOK_TIMEOUT_MS = 2_000;

/** Another node, as this one sees it. */
export interface WatchedNode {
  readonly node: string;
  readonly reachable: boolean;
  /** The newest that was heard of. */
  readonly incarnation: number;
  /** Not met in this life, and heard of only now: it may be met any moment, so its lease is not looked at yet. */
  readonly fresh?: boolean;
  /** Taken out of the cluster for good, so that nobody waits for it, though it never had a lease. */
  readonly revoked: boolean;
}

export interface LostNodesComponents {
  readonly proposer: LeaseWatchComponents['proposer'];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly others: () => readonly WatchedNode[];
}

/**
 * Which incarnations of the other nodes are lost, for good: each whose lease was fenced after it had run out or was given
 * back, or without one because it was taken out of the cluster; each that has told of its end itself; and each before one that
 * has been met, since that is another process. That a node cannot be reached is no loss yet: it only makes this node look at
 * the lease.
 */
export class LostNodes implements Disposable {
  readonly #components: LostNodesComponents;
  readonly #onLost: (node: string, incarnation: number) => void;
  readonly #watches = new Map<string, LeaseWatch>();
  readonly #looking = new Set<string>();
  readonly #waits = new Map<string, number>();
  /** The newest lost incarnation. */
  readonly #lost = new Map<string, number>();
  #cancel: () => void = () => undefined;
  #closed = false;

  /** @param onLost told once of each: this one and all before it have no effect any more */
  constructor(
    components: LostNodesComponents,
    onLost: (node: string, incarnation: number) => void,
  ) {
    this.#components = components;
    this.#onLost = onLost;
    this.look();
  }

  isLost(node: string, incarnation: number): boolean {
    return incarnation <= (this.#lost.get(node) ?? 0);
  }

  /** A node of this incarnation was met: all before have ended. */
  met(node: string, incarnation: number): void {
    this.#loses(node, incarnation - 1);
  }

  /** A node has told that this incarnation of it has ended. */
  ended(node: string, incarnation: number): void {
    this.#loses(node, incarnation);
  }

  /** Looks at the leases of all that cannot be reached; by itself it does so twice a second, and as soon as one has run out. */
  look(): void {
    if (this.#closed) return;
    this.#lookLater();
    for (const other of this.#components.others()) {
      const { node, reachable, incarnation, fresh = false } = other;
      // What was seen before it came back says nothing about a lease that it has renewed since.
      if (reachable) this.#forget(node);
      else if (!fresh && !this.isLost(node, incarnation)) void this.#lookAt(other);
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#cancel();
  }

  #lookLater(): void {
    this.#cancel();
    const { clock } = this.#components;
    const waits = [...this.#waits.values()].map((until) => until - clock.now());
    const next = Math.min(LOOK_EVERY_MS, ...waits.filter((ms) => ms > 0));
    this.#cancel = clock.after(next, () => this.look());
  }

  #forget(node: string): void {
    this.#watches.delete(node);
    this.#waits.delete(node);
  }

  async #lookAt({ node, incarnation, revoked }: WatchedNode): Promise<void> {
    const { clock, logger, proposer } = this.#components;
    if (this.#looking.has(node) || clock.now() < (this.#waits.get(node) ?? 0)) return;
    this.#looking.add(node);
    const watch = this.#watches.get(node) ?? new LeaseWatch({ proposer, clock }, node);
    this.#watches.set(node, watch);
    try {
      const fencing = await watch.fence(LOOK_TIMEOUT_MS, revoked ? incarnation : 0);
      if (this.#closed) return;
      if (fencing.tag === 'fenced') this.#loses(node, fencing.lease.incarnation);
      else if (fencing.tag === 'wait') {
        this.#waits.set(node, clock.now() + this.#pause(fencing.ms));
        this.#lookLater();
      }
    } catch (error) {
      logger.debug('the lease of a node could not be looked at', {
        node,
        code: codeOf(error),
        reason: describe(error),
      });
    } finally {
      this.#looking.delete(node);
    }
  }

  /** Whoever has seen the last renewal fences it first: the others are not to learn that only when they might do it themselves. */
  #pause(untilOverMs: number): number {
    const nodes = this.#components.others().length + 1;
    return Math.min(untilOverMs, Math.max(LOOK_AGAIN_MS, nodes * LOOK_EVERY_MS_FOR_EACH));
  }

  #loses(node: string, incarnation: number): void {
    if (incarnation < 1 || this.isLost(node, incarnation)) return;
    this.#lost.set(node, incarnation);
    this.#onLost(node, incarnation);
  }
}
