import { readdir, readFile } from 'node:fs/promises';

const PAGE_BYTES = 4_096;
// Fields of /proc/PID/stat behind the name of the command, which may hold blanks; see proc_pid_stat(5).
const PARENT = 1;
const TIMES = [11, 12, 13, 14] as const; // its own and those of its children that have ended, in ticks
const RESIDENT = 21;

/** What a process and all that it started use. */
export interface Usage {
  /** Bytes of memory. */
  readonly memory: number;
  /** Ticks of processor time. */
  readonly ticks: number;
}

/** Looks at a process and all below it: at a node, its cells, its builds; some of them left out. */
export async function treeUsage(root: number, without?: ReadonlySet<number>): Promise<Usage> {
  const all = new Map<number, Usage & { readonly parent: number }>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => undefined);
    if (stat === undefined) continue; // it has ended meanwhile
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    all.set(Number(name), {
      parent: fields[PARENT] ?? 0,
      memory: (fields[RESIDENT] ?? 0) * PAGE_BYTES,
      ticks: TIMES.reduce((sum, at) => sum + (fields[at] ?? 0), 0),
    });
  }
  const isBelow = (pid: number): boolean => {
    for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) if (at === root) return true;
    return false;
  };
  const below = [...all]
    .filter(([pid]) => isBelow(pid) && !without?.has(pid))
    .map(([, usage]) => usage);
  return {
    memory: below.reduce((sum, { memory }) => sum + memory, 0),
    ticks: below.reduce((sum, { ticks }) => sum + ticks, 0),
  };
}

interface Reading {
  readonly ours: number;
  readonly busy: number;
  readonly all: number;
}

/** Tells how much of the machine is used by what is not of this run. */
export class OtherWork {
  readonly #before: Reading;

  private constructor(before: Reading) {
    this.#before = before;
  }

  static async watch(): Promise<OtherWork> {
    return new OtherWork(await read());
  }

  /** The share of all processors that others have used since, 0 to 1; time that a hypervisor took counts. */
  async share(): Promise<number> {
    const now = await read();
    const { ours, busy, all } = this.#before;
    return Math.max(0, now.busy - busy - (now.ours - ours)) / Math.max(1, now.all - all);
  }
}

async function read(): Promise<Reading> {
  const [line = ''] = (await readFile('/proc/stat', 'latin1')).split('\n', 1);
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + irq + soft + steal;
  return { ours: (await treeUsage(process.pid)).ticks, busy, all: busy + idle + wait };
}
