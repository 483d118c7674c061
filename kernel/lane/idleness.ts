import type { Clock } from '#kernel/clock.ts';
import type { Entry } from '#kernel/lane/entry.ts';
import type { LeftMemory } from '#kernel/lane/left-memory.ts';
import type { VtidMap } from '#kernel/vtid-map.ts';

// Whoever has nothing to do between two looks hibernates. To wake takes some 100 us, so it may not be needed often.
const LOOKS_EVERY_MS = 5_000;
// Of each turn of the event loop. A vTask takes 30 us for each 64 KiB of its memory.
const TURN_MS = 1;

export interface IdlenessComponents {
  readonly clock: Clock;
  readonly entries: VtidMap<Entry>;
  readonly leftMemory: LeftMemory;
  readonly collect: (how: 'thoroughly') => void;
}

/** Looks at the vTasks of a lane now and then, for those that have nothing to do to give up what they run in. */
export class Idleness {
  readonly #components: IdlenessComponents;
  #cancel: (() => void) | undefined;
  /** Something has been done since it was last collected thoroughly. */
  #stirred = false;
  #closed = false;

  constructor(components: IdlenessComponents) {
    this.#components = components;
  }

  /** There are vTasks to look at. */
  follow(): void {
    const { clock, entries } = this.#components;
    if (this.#closed) return;
    this.#cancel ??= clock.after(LOOKS_EVERY_MS, () => {
      this.#lookAt(entries.values(), 0, true);
    });
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  /** At all from this one on; those that end meanwhile do nothing. @param idle whether all before it are */
  #lookAt(all: readonly Entry[], from: number, idle: boolean): void {
    const { clock, entries, leftMemory } = this.#components;
    const until = clock.now() + TURN_MS;
    let [at, allIdle] = [from, idle];
    for (; at < all.length && clock.now() <= until; at += 1) {
      const { task } = all[at]!;
      leftMemory.left(task.look());
      allIdle &&= task.idle;
    }
    if (this.#closed) return;
    if (at < all.length) return clock.soon(() => this.#lookAt(all, at, allIdle));
    this.#rest(allIdle);
    this.#cancel = undefined;
    if (entries.size > 0) this.follow();
  }

  /** Once all have come to rest: a collection holds up whoever has something to do. */
  #rest(allIdle: boolean): void {
    if (allIdle && this.#stirred) this.#components.collect('thoroughly');
    this.#stirred = !allIdle;
  }
}
