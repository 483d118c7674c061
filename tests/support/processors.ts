import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** Keeps a process to the first processor, where whatever else the machine does takes from all alike. */
export async function confine(pid: number): Promise<void> {
  const allowed = /^Cpus_allowed_list:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'));
  await promisify(execFile)('taskset', [
    '--all-tasks',
    '--cpu-list',
    '--pid',
    allowed![1]!,
    `${pid}`,
  ]);
}

/** Processor time of a process, in hundredths of a second. */
export function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
