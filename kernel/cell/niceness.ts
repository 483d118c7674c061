import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { LOWEST_NICENESS, NICENESS, TOP_NICENESS } from '#kernel/cell/layout.ts';
import type { Clock } from '#kernel/clock.ts';

/** The weight of a tenant at which its cells have the niceness of all cells. */
const STANDARD_WEIGHT = 100;
// Linux gives a level of niceness so many times the processor time of the next (sched_prio_to_weight, kernel/sched/core.c).
const RATIO = 1.25;
// Without rights a level of a session is changed ten times a second at most, whoever changes it.
const RETRY_MS = 150;
const MAX_TRIES = 20;

/** The level at which a cell has its tenant's part of the processors, as near as there are levels. */
export function nicenessOf(weight: number): number {
  const levels = Math.round(Math.log(weight / STANDARD_WEIGHT) / Math.log(RATIO));
  return Math.min(LOWEST_NICENESS, Math.max(TOP_NICENESS, NICENESS - levels));
}

/**
 * Gives a level to every thread of a process and of those that it has started: on Linux each thread has its own, which
 * those that it starts take over.
 * @throws what the system answered, for one that is to have a higher priority without the right to
 */
export async function setNiceness(pid: number, niceness: number, clock: Clock): Promise<void> {
  if (process.platform !== 'linux') return change(pid, niceness);
  const seen = new Set<number>();
  // One that was started by a thread that had the old level is there when it is looked again.
  for (let before = -1; seen.size > before;) {
    before = seen.size;
    await descend(pid, niceness, { seen, clock });
  }
}

/** Gives a process that has just been started the level of all cells: the threads that it makes take it over. */
export function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICENESS);
  } catch {
    // It has ended already, which is told in another way.
  }
}

/**
 * Gives a process that has just been started in a session of its own a level, and the session with it, where the system divides by sessions:
 * there a level counts in one session alone, which else has as much as a whole node.
 * @throws as `setNiceness`
 */
export async function startAt(pid: number, niceness: number, clock: Clock): Promise<void> {
  change(pid, niceness); // whatever it starts from here on takes it over
  if (process.platform !== 'linux') return;
  const started = wordsIn(`/proc/${pid}/task/${pid}/children`).length > 0;
  if (started) await setNiceness(pid, niceness, clock);
  else await changeSession(pid, niceness, clock);
}

interface Visit {
  readonly seen: Set<number>;
  readonly clock: Clock;
}

async function descend(pid: number, niceness: number, visit: Visit): Promise<void> {
  const { seen } = visit;
  const threads = namesIn(`/proc/${pid}/task`).map(Number);
  for (const thread of threads.filter((each) => !seen.has(each))) {
    seen.add(thread);
    change(thread, niceness);
  }
  await changeSession(pid, niceness, visit.clock);
  for (const thread of threads)
    for (const child of wordsIn(`/proc/${pid}/task/${thread}/children`))
      await descend(Number(child), niceness, visit);
}

function change(thread: number, niceness: number): void {
  try {
    if (getPriority(thread) !== niceness) setPriority(thread, niceness);
  } catch (error) {
    if (nameOf(error) !== 'ESRCH') throw error; // it has ended meanwhile
  }
}

/**
 * Where the system divides by sessions (CONFIG_SCHED_AUTOGROUP), a level counts among the threads of one alone; a cell
 * that bubblewrap has given its own needs the level of the session besides.
 */
async function changeSession(pid: number, niceness: number, clock: Clock): Promise<void> {
  const file = `/proc/${pid}/autogroup`;
  const [ours] = wordsIn('/proc/self/autogroup');
  for (let tries = 1; ; tries += 1) {
    const [its, , level] = wordsIn(file);
    if (its === undefined || its === ours || level === String(niceness)) return;
    try {
      return writeFileSync(file, String(niceness));
    } catch (error) {
      if (isGone(error)) return;
      if (nameOf(error) !== 'EAGAIN' || tries === MAX_TRIES) throw error;
    }
    await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
  }
}

function namesIn(folder: string): readonly string[] {
  return unlessGone(() => readdirSync(folder), []);
}

function wordsIn(file: string): readonly string[] {
  const text = unlessGone(() => readFileSync(file, 'latin1'), '');
  return text.split(/\s+/).filter((word) => word !== '');
}

/** At once: what the system says of its processes lies in its memory, and others take longer to be asked for it than it takes. */
function unlessGone<T>(work: () => T, none: T): T {
  try {
    return work();
  } catch (error) {
    if (isGone(error)) return none;
    throw error;
  }
}

/** The process has ended, or the system does not have such a file. */
function isGone(error: unknown): boolean {
  return ['ENOENT', 'ESRCH'].includes(nameOf(error) ?? '');
}

/** What the system answered: Node says it in two ways. */
function nameOf(error: unknown): string | undefined {
  const { code, info } = error as { code?: string; info?: { code?: string } };
  return info?.code ?? code;
}
