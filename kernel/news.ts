import type { Kernel } from '#kernel/kernel.ts';
import { watchAt } from '#kernel/monitors/set-watch.ts';
import type { Watch } from '#kernel/monitors/watchers.ts';
import type { NodeId } from '#kernel/vtid.ts';

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
    void this.#told(node, method, params);
  }

  /** A vTask of this node has ended that made others on that node. */
  creatorEnded(node: NodeId, creator: string): void {
    const untold = this.#untold.get(node) ?? new Set();
    this.#untold.set(node, untold.add(creator));
    void this.#tellOfCreator(node, creator);
  }

  /** There is a connection with a node again. */
  nodeUp(node: NodeId): void {
    for (const creator of this.#untold.get(node) ?? []) void this.#tellOfCreator(node, creator);
    for (const watch of this.#kernel.watchers.on(node)) void this.#watchAgain(watch);
  }

  /** A node is gone, and the children with it. */
  nodeLost(node: NodeId): void {
    this.#untold.delete(node);
  }

  async #tellOfCreator(node: NodeId, creator: string): Promise<void> {
    if (!(await this.#told(node, 'creator-ended', [creator]))) return;
    const untold = this.#untold.get(node);
    untold?.delete(creator);
    if (untold?.size === 0) this.#untold.delete(node);
  }

  /** Its notice may have been on the connection that broke. The target's node has the watch already, or fires it now. */
  async #watchAgain(watch: Watch): Promise<void> {
    const kernel = this.#kernel;
    const tenant = kernel.table.get(watch.watcher)?.tenant;
    if (tenant === undefined) return;
    const set = await watchAt(kernel, { tenant }, watch);
    // It ended so long ago that its node has forgotten it, or in an earlier life of the node.
    const isGone = !set.ok && (set.error.tag === 'no-such-task' || set.error.tag === 'task-died');
    if (isGone) kernel.watchers.lost(watch);
  }

  async #told(node: NodeId, method: string, params: readonly unknown[]): Promise<boolean> {
    const { components, peerCalls } = this.#kernel;
    try {
      await peerCalls.call(node, `posiv:wire/kernel@0.1.0#${method}`, params);
      return true;
    } catch (error) {
      components.logger.debug('a node was not told', { node, method, error: String(error) });
      return false;
    }
  }
}
