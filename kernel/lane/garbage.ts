import { constants, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** What is worth the 25 ms for each 1,000 vTasks that a collection takes which gives back all that it can. */
const WORTH_BYTES = 16 << 20;

/**
 * Of 64 KiB. The engine looks whether it is to collect once memories have grown by 64 MiB, and is to where all that it counts has grown by a
 * half or so since it last did: this is enough beside 200 MiB, and several of them beside more. They count for the limit of what the process
 * may have, which has room for five of each of four lanes.
 */
const NUDGE_PAGES = 2_048;

/** @param flavor the last resort leaves no half-empty pages, and none to a young generation that has little to do */
type Collector = (options?: {
  readonly type: 'major';
  readonly execution: 'sync';
  readonly flavor: 'regular' | 'last-resort';
}) => void;

/** Of a thread for which `prepareEngine` was called before it was begun. The engine has no other way to be asked. */
const gc = (globalThis as unknown as { readonly gc: Collector }).gc;

let leastBytes = 0;

/**
 * Has the engine begin to collect the heap of this thread as it does by itself: it marks on other threads, beside what runs, and holds
 * that up for some 5 ms, where to collect at once takes 20 to 40 in a lane that has seen a hundred programs. There is no call for it,
 * so it is given a memory to count, of which the system has given nothing yet, and which nobody keeps.
 */
export function beginCollection(): void {
  try {
    void new WebAssembly.Memory({ initial: NUDGE_PAGES });
  } catch {
    // It had no room for it, and has collected all that it could before it said so.
  }
}

/** Collects the whole heap of this thread at once. */
export function collectGarbage(): void {
  gc();
}

/** Gives back to the system what the heap of this thread has no use for, if it has grown since that was last done. */
export function shrinkHeap(): void {
  if (getHeapStatistics().total_physical_size < leastBytes + WORTH_BYTES) return;
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  leastBytes = getHeapStatistics().total_physical_size;
}

/** Tells of each time that the engine has collected all of this thread's heap, or begins to, asked or not. */
export function followCollections(heard: (what: 'begun' | 'done') => void): void {
  const observer = new PerformanceObserver((list) => {
    const collections = list.getEntries() as unknown as readonly {
      readonly detail: { readonly kind: number };
    }[];
    for (const {
      detail: { kind },
    } of collections) {
      if (kind === constants.NODE_PERFORMANCE_GC_INCREMENTAL) heard('begun');
      else if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) heard('done');
    }
  });
  observer.observe({ entryTypes: ['gc'] });
}
