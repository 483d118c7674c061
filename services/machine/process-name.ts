import { readFile } from 'node:fs/promises';

/** Of fields of /proc/PID/stat behind the name of the command, when the process began. */
const STARTED = 19;

/**
 * Names a process of this machine, as no other is named, before or after: a number of a process is used again, with the time of its start it
 * is its alone (proc_pid_stat(5)). Throws where there is none.
 */
export async function processName(pid: string): Promise<string> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name of its command, in brackets, may hold anything.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  return `${pid}-${fields[STARTED]}`;
}

/** Whether a process that was named so lives. */
export async function isAlive(name: string): Promise<boolean> {
  const [pid = ''] = name.split('-');
  return (await processName(pid).catch(() => '')) === name;
}
