import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';

/** The niceness of each thread of a process, on Linux. */
export function nicenessOfThreads(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => getPriority(Number(thread)));
}
