import { readFile } from 'node:fs/promises';

/**
 * What the system says of a process: the fields of /proc/PID/stat behind the name of its command, the first of which is its state
 * (proc_pid_stat(5)). Throws where there is none.
 */
export async function statFields(pid: number | string): Promise<string[]> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold anything.
  return status.slice(status.lastIndexOf(')') + 2).split(' ');
}
