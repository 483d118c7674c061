import type { Change } from 'posiv:kernel/ipc@0.1.0';
import type { Vtid } from 'posiv:kernel/types@0.1.0';
import { onDie, onExit, unwatch } from './monitor.ts';
import { registry } from './registry.ts';

/**
 * Calls `fn` once when the vTask has ended, by itself or not.
 * @returns what takes that back
 * @throws {no-such-task | unreachable | quota-exceeded}
 */
export function onEnd(vtid: Vtid, fn: (change: Change, vtid: Vtid) => void): () => void {
  const watches: number[] = [];
  const forget = (): void => {
    // Of the two one has fired, and the other one is over without a notice.
    for (const watch of watches) registry.watches.delete(watch);
  };
  const ended = (change: Change): void => {
    forget();
    fn(change, vtid);
  };
  const takeBack = (): void => {
    for (const watch of watches) {
      if (!registry.watches.has(watch)) continue;
      try {
        unwatch(watch);
      } catch {
        // it fires just now, and nobody is called
      }
    }
  };
  watches.push(onExit(vtid, ended));
  try {
    watches.push(onDie(vtid, ended));
  } catch (error) {
    takeBack();
    throw error;
  }
  return takeBack;
}
