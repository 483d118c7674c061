import { readFile, stat } from 'node:fs/promises';

/** What the processes of a machine use of the host. */
export interface ProcessUsage {
  readonly cpuUs: number;
  /** As PSS, in bytes: what is shared with others, in part. */
  readonly memoryBytes: number;
}

const TICK_US = 10_000; // USER_HZ is 100 on every Linux that Node runs on

/** Of a process and all below it (proc(5)). What has ended meanwhile uses nothing. */
export async function usageOf(pid: number): Promise<ProcessUsage> {
  const read = (file: string): Promise<string> =>
    readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const [status, memory, children] = await Promise.all([
    read('stat'),
    read('smaps_rollup'),
    read(`task/${pid}/children`),
  ]);
  // The name, in brackets, may hold anything.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  const kib = Number(/^Pss:\s+(\d+)/m.exec(memory)?.[1] ?? 0);
  const below = await Promise.all(
    children
      .trim()
      .split(' ')
      .filter(Boolean)
      .map((each) => usageOf(Number(each))),
  );
  return {
    cpuUs: below.reduce((sum, { cpuUs }) => sum + cpuUs, ticks * TICK_US),
    memoryBytes: below.reduce((sum, { memoryBytes }) => sum + memoryBytes, kib * 1024),
  };
}

/** What a file takes on its disk, in bytes; holes take nothing. */
export async function diskUsage(path: string): Promise<number> {
  const { blocks } = await stat(path);
  return blocks * 512;
}
