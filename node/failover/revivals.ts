import { askNode } from '#kernel/ask-node.ts';
import type { Clock } from '#kernel/clock.ts';
import type { DurableEntry } from '#kernel/durable-list.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Logger } from '#kernel/logger.ts';
import { delayAfter, MOST_RESTARTS } from '#kernel/restart-times.ts';
import { birthNode } from '#kernel/vtid.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { Durable } from '#posiv-wit/generated/wire.ts';
import { placesFor } from '#node/failover/places.ts';
import type { Result } from '#posiv-wit/result.ts';
import { Semaphore } from '#services/vstore/semaphore.ts';

const AT_A_TIME = 256; // each is a few frames, and a change of a register
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 10_000;

export interface RevivalsComponents {
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the newest life of a node that is known is over. */
  readonly isGone: (node: string) => boolean;
  /** Whether a life of a node is over. */
  readonly isOver: (node: string, incarnation: number) => boolean;
  /** It is not this node's to make it again any more. */
  readonly done: (entry: DurableEntry) => void;
}

interface Orphan {
  readonly entry: DurableEntry;
  /** How often it has been made again of late, once it is. */
  readonly next: number;
}

/** What is to become of an entry: nothing more, or to be looked at again. */
type Step = 'done' | 'changed' | 'later';

/**
 * Makes the durable vTasks of lost nodes again, wherever the Resource Manager says. Each is on this node's list until it is on that
 * of the node that runs it. That two nodes try it does no harm: its record changes by compare-and-swap, before it starts.
 */
export class Revivals implements Disposable {
  readonly #components: RevivalsComponents;
  readonly #turns = new Semaphore(AT_A_TIME);
  readonly #waits = new Set<() => void>();
  /** One is placed after the other: each has to count for the next one. */
  readonly #placing = new Semaphore(1);
  /** Those that are about to be made on this node, which its figures do not have yet. */
  #pendingHere = 0;
  #closed = false;

  constructor(components: RevivalsComponents) {
    this.#components = components;
  }

  /**
   * Makes these again, as far as they still are to be; goes on until that is done.
   * @param isLoss counts, as an end does, of which there may only be so many
   */
  add(entries: readonly DurableEntry[], isLoss: boolean): void {
    for (const entry of entries) {
      const { restarts } = entry;
      const orphan = { entry, next: isLoss ? restarts + 1 : restarts };
      if (isLoss && restarts > 0) this.#later(orphan, 0, delayAfter(restarts));
      else void this.#tryOne(orphan, 0);
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const cancel of this.#waits) cancel();
    this.#waits.clear();
  }

  #later(orphan: Orphan, tries: number, ms: number): void {
    if (this.#closed) return;
    const cancel = this.#components.clock.after(ms, () => {
      this.#waits.delete(cancel);
      void this.#tryOne(orphan, tries);
    });
    this.#waits.add(cancel);
  }

  async #tryOne(orphan: Orphan, tries: number): Promise<void> {
    const { entry } = orphan;
    const step = await this.#turns.run(async (): Promise<Step> => {
      if (this.#closed) return 'done';
      try {
        return await this.#step(orphan);
      } catch (error) {
        this.#note(entry, { tag: 'unreachable', val: (error as Error).message });
        return 'later';
      }
    });
    if (this.#closed) return;
    if (step === 'done') this.#components.done(entry);
    else if (step === 'changed') void this.#tryOne(orphan, tries);
    else this.#later(orphan, tries + 1, Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** tries));
  }

  async #step(orphan: Orphan): Promise<Step> {
    const { kernel, isOver, logger } = this.#components;
    const { tenant, name } = orphan.entry;
    const { durables } = kernel;
    const found = await durables.names.find(tenant, name);
    if (!found.ok) return found.error.tag === 'unreachable' ? 'later' : 'done';
    const task = found.value;
    if (durables.isMoving(task)) return this.#make(orphan, task);
    if (!isOver(task.owner, task.incarnation)) {
      const bearing = await durables.bearing(task, tenant);
      if (bearing === undefined) return 'later';
      // Only an attempt that came to nothing is not on the list of the node that its record names.
      if (bearing !== 'gone') return 'done';
    }
    if (orphan.next > MOST_RESTARTS) {
      logger.warn('a vTask is not made again: it ended too often', { name, times: orphan.next });
      return this.#giveUp(tenant, task);
    }
    return this.#make(orphan, task);
  }

  async #make(orphan: Orphan, task: Durable): Promise<Step> {
    const candidates = await this.#placing.run(async () => {
      const found = await placesFor(this.#components.kernel, task.options, this.#pendingHere);
      if (found[0] !== undefined) this.#expect(found[0], 1);
      return found;
    });
    try {
      return await this.#makeAt(candidates, orphan, task);
    } finally {
      if (candidates[0] !== undefined) this.#expect(candidates[0], -1);
    }
  }

  async #makeAt(candidates: readonly string[], orphan: Orphan, task: Durable): Promise<Step> {
    const { logger } = this.#components;
    const { tenant, name } = orphan.entry;
    let last: ErrorCode = { tag: 'refused', val: 'no node can take it now' };
    for (const node of candidates) {
      if (!task.options.detached) {
        const follows = await this.#creatorFollows(tenant, task, node);
        if (follows === undefined) return 'later';
        if (!follows) return this.#giveUp(tenant, task);
      }
      const made = await this.#reviveAt(node, orphan, task);
      if (made.ok) {
        logger.debug('a vTask of a lost node was made again', { name, node, vtid: made.value });
        return 'done';
      }
      last = made.error;
      if (last.tag === 'no-such-task') return 'changed';
    }
    this.#note(orphan.entry, last);
    return 'later';
  }

  async #reviveAt(
    node: string,
    { entry: { tenant }, next }: Orphan,
    task: Durable,
  ): Promise<Result<string, ErrorCode>> {
    const { kernel } = this.#components;
    if (node === kernel.self) return kernel.durables.revive(tenant, task, next);
    const params = [tenant, task, next];
    return askNode(kernel, node, { name: 'posiv:wire/kernel@0.1.0#revive', params });
  }

  /** One more is about to be made on a node, or one less. */
  #expect(node: string, more: 1 | -1): void {
    const { kernel } = this.#components;
    if (node === kernel.self) this.#pendingHere += more;
    else if (more === 1) kernel.components.peers.placed(node); // which forgets it by itself
  }

  /** Whether its creator lives, and will tell that node when it has ended; undefined if it cannot be asked. */
  async #creatorFollows(
    tenant: string,
    { creator, owner }: Durable,
    node: string,
  ): Promise<boolean | undefined> {
    const { kernel, isGone } = this.#components;
    const home = birthNode(creator);
    if (home === undefined) return false;
    if (home === kernel.self) return kernel.durables.follow(tenant, creator, node);
    if (home === owner || isGone(home)) return false; // it was lost too
    const params = [tenant, creator, node];
    try {
      const asked = kernel.peerCalls.call(home, 'posiv:wire/kernel@0.1.0#follow', params);
      return (await asked) as boolean;
    } catch {
      return undefined;
    }
  }

  async #giveUp(tenant: string, { name, fencingToken }: Durable): Promise<Step> {
    const { names } = this.#components.kernel.durables;
    await names.free(tenant, name, (bearer) => bearer.fencingToken === fencingToken);
    return 'done';
  }

  #note({ name }: DurableEntry, error: ErrorCode): void {
    this.#components.logger.info('a vTask of a lost node could not be made again yet', {
      name,
      error,
    });
  }
}
