import { hasEnded } from '#kernel/life-cycle.ts';
import { birthNode, type NodeId } from '#kernel/vtid.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import type { Change, Notice } from '#posiv-wit/generated/kernel.ts';
import type { Watched } from '#posiv-wit/generated/wire.ts';

/** Of another node, some 30 MB: its vTasks have a quota each, but how many of them there are is what it says. */
export const MOST_OF_NODE = 1 << 17;

interface Watcher {
  readonly vtid: string;
  readonly id: number;
  readonly what: Watched;
}

export interface WatchListComponents {
  readonly self: NodeId;
  /** Tells a watcher, wherever it is. */
  readonly notify: (watcher: string, notice: Notice) => void;
  /** Tells a watcher, wherever it is, that its watch will never fire. */
  readonly over: (watcher: string, watch: number) => void;
}

/** Who watches the vTasks of this node, from wherever. */
export class WatchList {
  /** Of each target, by their names. */
  readonly #watchers = new Map<string, Map<string, Watcher>>();
  /** How many those of each other node have. */
  readonly #counts = new Map<NodeId, number>();
  readonly #components: WatchListComponents;

  constructor(components: WatchListComponents) {
    this.#components = components;
  }

  /** Sets a watch, or fires it at once if what it waits for has happened. False where the watcher's node has too many. */
  add(vtask: VTask, watcher: Watcher): boolean {
    if (this.#tell(vtask, watcher)) return true;
    if ((this.#counts.get(birthNode(watcher.vtid)!) ?? 0) >= MOST_OF_NODE) return false;
    const watchers = this.#watchers.get(vtask.vtid) ?? new Map<string, Watcher>();
    this.#watchers.set(vtask.vtid, watchers.set(nameOf(watcher.vtid, watcher.id), watcher));
    this.#count(watcher, 1);
    return true;
  }

  remove(target: string, watcher: string, id: number): void {
    const watchers = this.#watchers.get(target);
    const name = nameOf(watcher, id);
    const known = watchers?.get(name);
    if (watchers && known) this.#drop(target, watchers, name, known);
  }

  /** A vTask has changed: fires what waits for that. */
  changed(vtask: VTask): void {
    this.#keep(vtask.vtid, (watcher) => !this.#tell(vtask, watcher));
  }

  /** A node is gone, and its vTasks, which watch nothing any more. */
  nodeLost(node: NodeId): void {
    for (const target of this.#watchers.keys())
      this.#keep(target, ({ vtid }) => birthNode(vtid) !== node);
  }

  #keep(target: string, stays: (watcher: Watcher) => boolean): void {
    const watchers = this.#watchers.get(target);
    for (const [name, watcher] of watchers ?? [])
      if (!stays(watcher)) this.#drop(target, watchers!, name, watcher);
  }

  #drop(target: string, watchers: Map<string, Watcher>, name: string, watcher: Watcher): void {
    watchers.delete(name);
    if (watchers.size === 0) this.#watchers.delete(target);
    this.#count(watcher, -1);
  }

  #count({ vtid }: Watcher, by: number): void {
    const node = birthNode(vtid)!;
    if (node === this.#components.self) return; // each of its own has a quota
    const count = (this.#counts.get(node) ?? 0) + by;
    if (count > 0) this.#counts.set(node, count);
    else this.#counts.delete(node);
  }

  /** True when the watch is over: it has fired, or never will. */
  #tell(vtask: VTask, { vtid, id, what }: Watcher): boolean {
    const change = changeFor(vtask, what);
    if (change) this.#components.notify(vtid, { watch: id, vtid: vtask.vtid, change });
    else if (!hasEnded(vtask.state)) return false;
    else this.#components.over(vtid, id);
    return true;
  }
}

function nameOf(vtid: string, id: number): string {
  return `${vtid} ${id}`;
}

function changeFor(vtask: VTask, what: Watched): Change | undefined {
  const { reason } = vtask;
  switch (what) {
    case 'start':
      return vtask.startedMs > 0 ? { tag: 'started' } : undefined;
    case 'exit':
      return reason?.tag === 'exited' ? { tag: 'exited', val: reason.val } : undefined;
    case 'die':
      return reason && reason.tag !== 'exited' ? { tag: 'died', val: reason } : undefined;
  }
}
