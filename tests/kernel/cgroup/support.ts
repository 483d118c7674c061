import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Layer } from '#kernel/cell/layers.ts';
import { openBase, type Base } from '#kernel/cgroup/base.ts';
import { Cgroup } from '#kernel/cgroup/cgroup.ts';
import { statFields } from '#kernel/process-stat.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { quiet } from '#tests/support/quiet.ts';

export const REAL = { clock: systemClock, logger: quiet };
export const PATH = process.env['PATH'] ?? '';

const FIXTURE = fileURLToPath(new URL('fixtures/has-groups.ts', import.meta.url));

/** Why this process may have no cgroups, as it is told where that is so. */
export const REASONS =
  /^(it may make none in .*: systemd-run .*|no cgroup v2 is mounted|its cgroup .*|its kernel has no cgroup.kill.*)$/;

/** What a process of `has-groups.ts` says. */
export interface Said {
  readonly pid: number;
  readonly ppid: number;
  readonly cgroup: string;
  readonly layers: readonly Layer[];
}

export interface HasGroups {
  readonly child: ChildProcess;
  /** The next line that it says. */
  next(): Promise<string>;
  /** Has it give back what it has. @returns what it says then */
  close(): Promise<Said>;
}

/** @param shell what a shell does to start it: "$@" is the program */
export function hasGroups(shell: string, ...args: readonly string[]): HasGroups {
  const words = ['-c', shell, 'sh', process.execPath, FIXTURE, ...args];
  const child = spawn('sh', words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done) throw new Error('it has ended');
    return value;
  };
  return {
    child,
    next,
    async close() {
      child.stdin.end();
      const said = JSON.parse(await next()) as Said;
      await once(child, 'close');
      return said;
    },
  };
}

/** A cgroup with a controller that this process may have, as one is that was given to somebody; or why there is none. */
export async function givenCgroup(): Promise<
  { readonly base: Base; readonly given: Cgroup; readonly controller: string } | string
> {
  const own = await openBase(REAL, { controllers: [] });
  if (typeof own === 'string') return own;
  const [controller] = await new Cgroup(`${own.top.path}/..`).words('cgroup.controllers');
  await own[Symbol.asyncDispose]();
  if (controller === undefined) return 'its cgroup has been given no controller';
  const base = await openBase(REAL, { controllers: [controller] });
  if (typeof base === 'string') return base;
  const why = base.off.get(controller);
  if (why !== undefined) {
    await base[Symbol.asyncDispose]();
    return why;
  }
  await base.top.set('cgroup.subtree_control', `+${controller}`);
  const given = base.top.child('given');
  await given.make();
  return { base, given, controller };
}

/** Whether a process lives, zombies not counted. */
export async function lives(pid: number): Promise<boolean> {
  const [state = 'X'] = await statFields(pid).catch(() => []);
  return state !== 'Z' && state !== 'X';
}

/** In the order of their numbers. */
export function sorted(pids: readonly number[]): readonly number[] {
  return pids.toSorted((a, b) => a - b);
}
