import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** A process and all that it has started: where bubblewrap is, a cell is the grandchild of what its node has started. */
export function familyOf(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean),
  );
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))];
}

/** Keeps a process and its family to the first processor, where whatever else the machine does takes from all alike. */
export async function confine(pid: number): Promise<void> {
  const [processor = ''] = /\d+/.exec(allowedTo('/proc/self') ?? '') ?? [];
  const isFree = (thread: string): boolean => (allowedTo(thread) ?? processor) !== processor;
  // A thread that one of them begins meanwhile may have been begun by one that was not confined yet.
  while (threadsOf(pid).some(isFree))
    for (const each of familyOf(pid))
      await promisify(execFile)('taskset', [
        '--all-tasks',
        '--cpu-list',
        '--pid',
        processor,
        `${each}`,
      ]);
}

function threadsOf(pid: number): readonly string[] {
  return familyOf(pid).flatMap((each) =>
    readdirSync(`/proc/${each}/task`).map((thread) => `/proc/${each}/task/${thread}`),
  );
}

/** The processors that a thread may run on, as the system writes them; none of one that has ended. */
function allowedTo(thread: string): string | undefined {
  try {
    const status = readFileSync(`${thread}/status`, 'latin1');
    return /^Cpus_allowed_list:\s+(\S+)/m.exec(status)?.[1];
  } catch {
    return undefined;
  }
}

/** Processor time of a process and its family, in hundredths of a second. */
export function ticksOf(pid: number): number {
  return familyOf(pid).reduce((sum, each) => sum + ownTicksOf(each), 0);
}

function ownTicksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
