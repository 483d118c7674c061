import { readlink } from 'node:fs/promises';
import { isAlive, processName } from '#kernel/process-name.ts';

/** What a process makes of its cgroup, by its name: what is in it beside the process, or the process itself. */
const NAME = /^vstar-(\d+)-(\d+-\d+)\.(node|\d+)$/;

/**
 * How a process names cgroups, so that others tell whose they are, and whether it lives: by its number and the time of its start,
 * in the namespace that numbers it.
 */
export async function groupName(pid: number): Promise<string> {
  return `vstar-${await numbering()}-${await processName(`${pid}`)}`;
}

/** Where the process itself stands, which has others beside it. */
export function leafName(name: string): string {
  return `${name}.node`;
}

export function isLeaf(name: string): boolean {
  return NAME.exec(name)?.[3] === 'node';
}

/** Whether a cgroup was left by a process that has ended: not where another namespace numbers it, which nobody here can tell. */
export async function isLeft(name: string): Promise<boolean> {
  const [, namespace, process] = NAME.exec(name) ?? [];
  return process !== undefined && namespace === (await numbering()) && !(await isAlive(process));
}

/** The namespace of processes (pid_namespaces(7)). */
async function numbering(): Promise<string> {
  const link = await readlink('/proc/self/ns/pid');
  return /\d+/.exec(link)?.[0] ?? '0';
}
