import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';

/** The niceness of each thread of a process, on Linux. */
export function nicenessOfThreads(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => getPriority(Number(thread)));
}

/** That of the session of a process, where Linux divides the processors by sessions first; else undefined. */
export function nicenessOfSession(pid: number): number | undefined {
  try {
    const [, level] = /nice (-?\d+)/.exec(readFileSync(`/proc/${pid}/autogroup`, 'latin1')) ?? [];
    return level === undefined ? undefined : Number(level);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
