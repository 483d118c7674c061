import { hasEnded } from '#kernel/life-cycle.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import type { Change, Notice } from '#posiv-wit/generated/kernel.ts';
import type { Watched } from '#posiv-wit/generated/wire.ts';

interface Watcher {
  readonly vtid: string;
  readonly id: number;
  readonly what: Watched;
}

export interface WatchListComponents {
  /** Tells a watcher, wherever it is. */
  readonly notify: (watcher: string, notice: Notice) => void;
  /** Tells a watcher, wherever it is, that its watch will never fire. */
  readonly over: (watcher: string, watch: number) => void;
}

/** Who watches the vTasks of this node, from wherever. */
export class WatchList {
  readonly #watchers = new Map<string, Watcher[]>();
  readonly #components: WatchListComponents;

  constructor(components: WatchListComponents) {
    this.#components = components;
  }

  /** Sets a watch, or fires it at once if what it waits for has happened. */
  add(vtask: VTask, watcher: Watcher): void {
    if (this.#tell(vtask, watcher)) return;
    const watchers = this.#watchers.get(vtask.vtid);
    if (watchers) watchers.push(watcher);
    else this.#watchers.set(vtask.vtid, [watcher]);
  }

  remove(target: string, watcher: string, id: number): void {
    const watchers = this.#watchers.get(target);
    const at = watchers?.findIndex((each) => each.id === id && each.vtid === watcher) ?? -1;
    if (at >= 0) watchers!.splice(at, 1);
  }

  /** A vTask has changed: fires what waits for that. */
  changed(vtask: VTask): void {
    const watchers = this.#watchers.get(vtask.vtid);
    if (!watchers) return;
    const stay = watchers.filter((watcher) => !this.#tell(vtask, watcher));
    if (stay.length > 0) this.#watchers.set(vtask.vtid, stay);
    else this.#watchers.delete(vtask.vtid);
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
