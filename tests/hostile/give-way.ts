import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { NICENESS } from '#kernel/cell/layout.ts';

/** Threads that were there before the probes, on Linux: this one, the engine's, those for files. */
const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [];
/** To take a lower niceness again is not everybody's right. */
const mayReturn = process.getuid?.() === 0;

/**
 * Has all of this process but its probes give way to the node, as if it ran elsewhere: what the hand of the hostile tenant uses of the
 * processors to make and send what it sends is not the guest's doing. Nothing is done where that could not be undone.
 * @returns what ends it
 */
export function giveWay(): () => void {
  if (mayReturn) change(NICENESS);
  return () => {
    if (mayReturn) change(0);
  };
}

function change(niceness: number): void {
  for (const thread of threads) {
    try {
      setPriority(thread, niceness);
    } catch {
      // It has ended meanwhile.
    }
  }
}
