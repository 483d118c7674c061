import type { Kernel } from '#kernel/kernel.ts';
import { watchAt } from '#kernel/monitors/set-watch.ts';
import type { Watch } from '#kernel/monitors/watchers.ts';
import type { NodeId } from '#kernel/vtid.ts';

// Of those that are told to one node again: the answer to one comes before the next goes, so they take little room on the way.
const AT_ONCE = 256;

/**
 * What nodes tell each other without being asked. A connection that breaks takes with it what was under way, so what must not
 * be missed is told again when there is another: which creators have ended, and what is watched.
 */
export class News {
  readonly #kernel: Kernel;
  /** Creators that have ended, of whom a node that may have children of theirs has not been heard to know. */
  readonly #untold = new Map<NodeId, Set<string>>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Tells a node something that it need not answer; one that cannot be reached will find out in other ways. */
  tell(node: NodeId, method: string, params: readonly unknown[]): void {
    void this.#told(node, method, params, false);
  }

  /** A vTask of this node has ended that made others on that node. */
  creatorEnded(node: NodeId, creator: string): void {
    const untold = this.#untold.get(node) ?? new Set();
    this.#untold.set(node, untold.add(creator));
    void this.#tellOfCreator(node, creator);
  }

  /** There is a connection with a node again. */
  nodeUp(node: NodeId): void {
    const { watchers } = this.#kernel;
    void each([...(this.#untold.get(node) ?? [])], (creator) => this.#tellOfCreator(node, creator));
    void each(watchers.on(node), async (watch) => {
      if (watchers.isOn(watch.watcher, watch.id, node)) await this.#watchAgain(watch);
    });
  }

  /** A node is gone, and the children with it. */
  nodeLost(node: NodeId): void {
    this.#untold.delete(node);
  }

  async #tellOfCreator(node: NodeId, creator: string): Promise<void> {
    if (!(await this.#told(node, 'creator-ended', [creator], true))) return;
    const untold = this.#untold.get(node);
    untold?.delete(creator);
    if (untold?.size === 0) this.#untold.delete(node);
  }

  /** Its notice may have been on the connection that broke. The target's node has the watch already, or fires it now. */
  async #watchAgain(watch: Watch): Promise<void> {
    const kernel = this.#kernel;
    const tenant = kernel.table.get(watch.watcher)?.tenant;
    if (tenant === undefined) return;
    const set = await watchAt(kernel, { tenant }, watch, true);
    // It ended so long ago that its node has forgotten it, or in an earlier life of the node.
    const isGone = !set.ok && (set.error.tag === 'no-such-task' || set.error.tag === 'task-died');
    if (isGone) kernel.watchers.lost(watch);
  }

  async #told(
    node: NodeId,
    method: string,
    params: readonly unknown[],
    promised: boolean,
  ): Promise<boolean> {
    const { components, peerCalls } = this.#kernel;
    const asker = { vtid: '', tenant: '', promised };
    try {
      await peerCalls.call(node, `posiv:wire/kernel@0.1.0#${method}`, params, asker);
      return true;
    } catch (error) {
      components.logger.debug('a node was not told', { node, method, error: String(error) });
      return false;
    }
  }
}

async function each<T>(all: readonly T[], tell: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += AT_ONCE)
    await Promise.all(all.slice(at, at + AT_ONCE).map(tell));
}
