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
  /** Its places among those on the target, and among those of the watcher. */
  atTarget: number;
  atWatcher: number;
}

/** The watches of vTasks on others of the same lane, which the node need not know of. Each fires at most once. */
export class LocalWatches {
  readonly #open = new Slots<LocalWatch>(LOCAL_IDS - 1);

  /** Sets a watch, and fires it at once if what it waits for has happened. Returns its id. */
  add(watcher: Task, target: Entry, what: Watched): number {
    const slot = this.#open.nextId();
    const watch: LocalWatch = {
      id: slot + LOCAL_IDS,
      watcher,
      target,
      what,
      atTarget: 0,
      atWatcher: 0,
    };
    watcher.watches += 1;
    if (what === 'start' && target.state === 'running') {
      this.#fire(watch, { tag: 'started' });
      return watch.id;
    }
    this.#open.set(slot, watch);
    watch.atTarget = target.watches.push(watch) - 1;
    watch.atWatcher = (watcher.localWatches ??= []).push(watch) - 1;
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
    for (const watch of target.watches.filter(({ what }) => what === 'start')) {
      this.#close(watch);
      this.#fire(watch, { tag: 'started' });
    }
  }

  /** A vTask has ended: whoever watched it hears so, and what it watched itself is forgotten. */
  ended({ task, watches }: Entry, reason: ExitReason): void {
    for (const watch of watches) {
      this.#open.take(watch.id - LOCAL_IDS);
      dropOfWatcher(watch);
      const change = changeFor(watch.what, reason);
      if (change) this.#fire(watch, change);
      else watch.watcher.watchOver();
    }
    for (const watch of task.localWatches?.splice(0) ?? []) {
      this.#open.take(watch.id - LOCAL_IDS);
      dropOfTarget(watch);
    }
  }

  #close(watch: LocalWatch): void {
    this.#open.take(watch.id - LOCAL_IDS);
    dropOfTarget(watch);
    dropOfWatcher(watch);
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

/** The last of them takes its place: however many there are, it costs the same. */
function dropOfTarget({ target: { watches }, atTarget }: LocalWatch): void {
  const last = watches.pop()!;
  if (last.atTarget === atTarget) return;
  watches[atTarget] = last;
  last.atTarget = atTarget;
}

function dropOfWatcher({ watcher: { localWatches = [] }, atWatcher }: LocalWatch): void {
  const last = localWatches.pop()!;
  if (last.atWatcher === atWatcher) return;
  localWatches[atWatcher] = last;
  last.atWatcher = atWatcher;
}
