import { readFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const TICKS_PER_SECOND = 100; // of Linux, whatever the kernel's own
const SAMPLE_EVERY_MS = 200;
const KB = 1_024;

/** Which of the children of a process, with all that these have started, are not counted. */
type PassOver = (pid: number) => boolean;

const NONE: PassOver = () => false;

/** CPU seconds that processes have taken, with those of their children. Linux only; else NaN. */
export function cpuSeconds(pids: readonly number[], passOver = NONE): number {
  let seconds = 0;
  for (const pid of withChildren(pids, passOver)) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const [user = 0, system = 0, ...ofChildren] = fields.slice(11, 15).map(ticksToSeconds);
      seconds += Math.max(user + system, ofThreads(pid));
      for (const each of ofChildren) seconds += each;
    } catch {
      return Number.NaN;
    }
  }
  return seconds;
}

function ticksToSeconds(ticks: string): number {
  return Number(ticks) / TICKS_PER_SECOND;
}

/**
 * Of the living threads of a process. It says its own time and that of the system in whole ticks, of which a process that has just begun has lost one
 * in the mean: of two hundred with some processes each that was a quarter of what they had taken.
 */
function ofThreads(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`))
    nanoseconds += Number.parseInt(
      readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1'),
      10,
    );
  return nanoseconds / 1e9;
}

/** Of a core, what they take from now on for some time. */
export async function cpuShare(
  pids: readonly number[],
  windowMs: number,
  passOver = NONE,
): Promise<number> {
  const before = cpuSeconds(pids, passOver);
  await sleep(windowMs);
  return (cpuSeconds(pids, passOver) - before) / (windowMs / 1_000);
}

/** Processes and those that they, or rather their main threads, have started, and so on. Linux only; else these alone. */
function withChildren(pids: readonly number[], passOver: PassOver): readonly number[] {
  const all = [...pids];
  for (const pid of all) {
    try {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
      const found = children.trim().split(' ').filter(Boolean).map(Number);
      all.push(...found.filter((each) => !passOver(each)));
    } catch {
      continue; // it has ended meanwhile
    }
  }
  return all;
}

/** Memory of processes in bytes. */
export interface Memory {
  /** What is shared is divided among those who share it. */
  readonly pss: number;
  readonly rss: number;
}

/** Memory of processes and their children, all together, as it is now. Linux only; else zero. */
export async function memoryUsed(pids: readonly number[], passOver = NONE): Promise<Memory> {
  const all = await Promise.all(withChildren(pids, passOver).map(memoryOf));
  const pss = all.reduce((sum, each) => sum + each.pss, 0);
  const rss = all.reduce((sum, each) => sum + each.rss, 0);
  return { pss, rss };
}

/** The same at its highest. */
export class PeakMemory implements Disposable {
  #pss = 0;
  #rss = 0;
  readonly #pids: readonly number[];
  readonly #timer: NodeJS.Timeout;

  constructor(pids: readonly number[]) {
    this.#pids = pids;
    void this.sample();
    this.#timer = setInterval(() => void this.sample(), SAMPLE_EVERY_MS);
  }

  get peak(): Memory {
    return { pss: this.#pss, rss: this.#rss };
  }

  async sample(): Promise<Memory> {
    const now = await memoryUsed(this.#pids);
    this.#pss = Math.max(this.#pss, now.pss);
    this.#rss = Math.max(this.#rss, now.rss);
    return now;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

async function memoryOf(pid: number): Promise<Memory> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1').catch(() => '');
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * KB;
  return { pss: field('Pss'), rss: field('Rss') };
}
