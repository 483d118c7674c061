import { readdir, readFile, stat } from 'node:fs/promises';
import { statFields } from '#kernel/process-stat.ts';

/** What the processes of a machine use of the host. */
export interface ProcessUsage {
  readonly cpuUs: number;
  /** As PSS, in bytes: what is shared with others, in part. */
  readonly memoryBytes: number;
}

const TICK_US = 10_000; // USER_HZ is 100 on every Linux that Node runs on

/** Of a process and all below it (proc(5)). What has ended meanwhile uses nothing. */
export async function usageOf(pid: number): Promise<ProcessUsage> {
  const [fields, memory, children] = await Promise.all([
    statFields(pid).catch(() => []),
    readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => ''),
    childrenOf(pid),
  ]);
  // Its own, and of those below it that have ended.
  const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0);
  const kib = Number(/^Pss:\s+(\d+)/m.exec(memory)?.[1] ?? 0);
  const below = await Promise.all(children.map(usageOf));
  return {
    cpuUs: below.reduce((sum, { cpuUs }) => sum + cpuUs, ticks * TICK_US),
    memoryBytes: below.reduce((sum, { memoryBytes }) => sum + memoryBytes, kib * 1024),
  };
}

/** The processes that any thread of a process has started, in the order of their start for each. */
export async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const found = await Promise.all(
    threads.map((thread) =>
      readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''),
    ),
  );
  return found.flatMap((text) =>
    text
      .split(' ')
      .filter((each) => each !== '')
      .map(Number),
  );
}

/** What a file takes on its disk, in bytes; holes take nothing. */
export async function diskUsage(path: string): Promise<number> {
  const { blocks } = await stat(path);
  return blocks * 512;
}
