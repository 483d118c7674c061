import type { ChildProcess } from 'node:child_process';

/**
 * Kills a process that was started as the leader of a group (`detached`), and whatever it has started that is of its group
 * still: bubblewrap's own child would wait for ever for a parent that was killed before it had let it go on. To be called
 * while it runs, or by who is told of its end: later its number may be another's.
 */
export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return; // it was never started
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left of it.
  }
}
