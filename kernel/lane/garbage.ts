import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What is worth the 25 ms for each 1,000 vTasks that a collection takes which gives back all that it can. */
const WORTH_BYTES = 16 << 20;

/** @param flavor the last resort leaves no half-empty pages, and none to a young generation that has little to do */
type Collector = (options?: {
  readonly type: 'major';
  readonly execution: 'sync';
  readonly flavor: 'regular' | 'last-resort';
}) => void;

let collector: Collector | undefined;
let leastBytes = 0;

/** Collects the whole heap of this thread. */
export function collectGarbage(): void {
  gc()();
}

/** Gives back to the system what the heap of this thread has no use for, if it has grown since that was last done. */
export function shrinkHeap(): void {
  if (getHeapStatistics().total_physical_size < leastBytes + WORTH_BYTES) return;
  gc()({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  leastBytes = getHeapStatistics().total_physical_size;
}

/** The engine has no other way to be asked. */
function gc(): Collector {
  if (!collector) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as Collector;
  }
  return collector;
}

/**
 * Gives the threads that are begun from now on a young generation of up to 16 MB, where their process has a small one: at
 * 100,000 messages a second, each of which makes some garbage, a small one would be collected ten times as often.
 */
export function makeRoomForMessages(): void {
  setFlagsFromString('--max-semi-space-size=16');
}
