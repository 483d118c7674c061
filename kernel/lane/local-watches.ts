import type { Entry } from '#kernel/lane/entry.ts';
import type { Task } from '#kernel/lane/task.ts';
import { Slots } from '#kernel/slots.ts';
import type { Change, ExitReason } from '#posiv-wit/generated/kernel.ts';
import type { Watched } from '#posiv-wit/generated/wire.ts';

/** Ids of watches from here on are a lane's own; those below are the node's. */
const LOCAL_IDS = 0x8000_0000;

export interface LocalWatch {
  readonly id: number;
  readonly watcher: Task;
  readonly target: Entry;
  readonly what: Watched;
}

/** The watches of vTasks on others of the same lane, which the node need not know of. Each fires at most once. */
export class LocalWatches {
  readonly #open = new Slots<LocalWatch>(LOCAL_IDS - 1);

  /** Sets a watch, and fires it at once if what it waits for has happened. Returns its id. */
  add(watcher: Task, target: Entry, what: Watched): number {
    const slot = this.#open.nextId();
    const watch: LocalWatch = { id: slot + LOCAL_IDS, watcher, target, what };
    watcher.watches += 1;
    if (what === 'start' && target.state === 'running') {
      this.#fire(watch, { tag: 'started' });
      return watch.id;
    }
    this.#open.set(slot, watch);
    target.watches.push(watch);
    return watch.id;
  }

  /** Takes a watch back; undefined where it is none of this lane's, else whether the vTask had it. */
  remove(watcher: Task, id: number): boolean | undefined {
    if (id < LOCAL_IDS) return undefined;
    const watch = this.#open.get(id - LOCAL_IDS);
    if (watch?.watcher !== watcher) return false;
    this.#close(watch);
    watcher.watches -= 1;
    return true;
  }

  started(target: Entry): void {
    for (const watch of target.watches) {
      if (watch.what !== 'start') continue;
      this.#close(watch);
      this.#fire(watch, { tag: 'started' });
    }
  }

  /** A vTask has ended: whoever watched it hears so, and what it watched itself is forgotten. */
  ended({ task, watches }: Entry, reason: ExitReason): void {
    for (const watch of watches) {
      this.#open.take(watch.id - LOCAL_IDS);
      const change = changeFor(watch.what, reason);
      if (change) this.#fire(watch, change);
      else watch.watcher.watchOver();
    }
    if (task.watches === 0) return;
    for (const watch of this.#open.values()) if (watch.watcher === task) this.#close(watch);
  }

  #close({ id, target }: LocalWatch): void {
    this.#open.take(id - LOCAL_IDS);
    target.watches = target.watches.filter((each) => each.id !== id);
  }

  #fire({ id, watcher, target }: LocalWatch, change: Change): void {
    watcher.notice({ watch: id, vtid: target.task.vtid, change });
  }
}

function changeFor(what: Watched, reason: ExitReason): Change | undefined {
  const isExit = reason.tag === 'exited';
  if (what === 'exit' && isExit) return { tag: 'exited', val: reason.val };
  if (what === 'die' && !isExit) return { tag: 'died', val: reason };
  return undefined;
}
