import { birthNode, type NodeId } from '#kernel/vtid.ts';
import type { Change, Notice } from '#posiv-wit/generated/kernel.ts';
import type { Watched } from '#posiv-wit/generated/wire.ts';

export interface Watch {
  readonly watcher: string;
  readonly id: number;
  readonly target: string;
  readonly what: Watched;
}

export interface WatchersComponents {
  /** Gives the watcher its notice. */
  readonly deliver: (watcher: string, notice: Notice) => void;
  /** Tells the watcher's lane that a watch is over without one. */
  readonly over: (watcher: string, watch: number) => void;
}

/** The watches that the vTasks of this node have set, wherever their targets are. Each fires at most once. */
export class Watchers {
  readonly #watches = new Map<string, Map<number, Watch>>();
  readonly #components: WatchersComponents;
  #lastId = 0;

  constructor(components: WatchersComponents) {
    this.#components = components;
  }

  /** How many a vTask has open. */
  countOf(watcher: string): number {
    return this.#watches.get(watcher)?.size ?? 0;
  }

  add(watcher: string, target: string, what: Watched): Watch {
    const own = this.#watches.get(watcher) ?? new Map<number, Watch>();
    this.#lastId = (this.#lastId + 1) >>> 0;
    const watch = { watcher, id: this.#lastId, target, what };
    own.set(watch.id, watch);
    this.#watches.set(watcher, own);
    return watch;
  }

  remove(watcher: string, id: number): Watch | undefined {
    const own = this.#watches.get(watcher);
    const watch = own?.get(id);
    own?.delete(id);
    if (own?.size === 0) this.#watches.delete(watcher);
    return watch;
  }

  /** Whether a watch stands and its target was born on that node. */
  isOn(watcher: string, id: number, node: NodeId): boolean {
    const watch = this.#watches.get(watcher)?.get(id);
    return watch !== undefined && birthNode(watch.target) === node;
  }

  /** A target has told of a change: passes it on if the watch still stands. */
  fire(watcher: string, { watch: id, vtid, change }: Notice): void {
    if (this.#watches.get(watcher)?.get(id)?.target !== vtid) return;
    const watch = this.remove(watcher, id);
    if (watch) this.#components.deliver(watcher, { watch: id, vtid: watch.target, change });
  }

  /** A target has ended in another way than the watch waits for. */
  over(watcher: string, id: number): void {
    if (this.remove(watcher, id)) this.#components.over(watcher, id);
  }

  /** The watches on vTasks that were born on a node. */
  on(node: NodeId): readonly Watch[] {
    const all = [...this.#watches.values()].flatMap((own) => [...own.values()]);
    return all.filter(({ target }) => birthNode(target) === node);
  }

  /** A node is gone: every watch on one of its vTasks ends. */
  nodeLost(node: NodeId): void {
    for (const watch of this.on(node)) this.lost(watch);
  }

  /** The target is gone with its node. */
  lost({ watcher, id, target, what }: Watch): void {
    const change: Change = { tag: 'died', val: { tag: 'node-lost' } };
    if (what === 'die') this.fire(watcher, { watch: id, vtid: target, change });
    else this.over(watcher, id);
  }

  /** A watcher has ended. Returns its watches, to be taken back at their targets. */
  drop(watcher: string): readonly Watch[] {
    const own = [...(this.#watches.get(watcher)?.values() ?? [])];
    this.#watches.delete(watcher);
    return own;
  }
}
