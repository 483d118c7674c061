import { statFields } from '#kernel/process-stat.ts';

/** Of those fields, when the process began. */
const STARTED = 19;

/**
 * Names a process of this machine, as no other is named, before or after: a number of a process is used again, with the time of its start it
 * is its alone. Throws where there is none.
 */
export async function processName(pid: string): Promise<string> {
  const fields = await statFields(pid);
  return `${pid}-${fields[STARTED]}`;
}

/** Whether a process that was named so lives. */
export async function isAlive(name: string): Promise<boolean> {
  const [pid = ''] = name.split('-');
  return (await processName(pid).catch(() => '')) === name;
}
