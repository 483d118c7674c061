import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Where a process stands among the cgroups of its machine. */
export interface OwnCgroup {
  /** The folder of its cgroup, or why there is none. */
  readonly folder: { readonly path: string } | { readonly why: string };
  /** The controllers that version 1 has: the second has none of them (hybrid set-ups). */
  readonly bound: ReadonlySet<string>;
}

const NOT_MOUNTED = 'no cgroup v2 is mounted';

/** Of this process. @param proc its folder in /proc */
export async function ownCgroup(proc: string): Promise<OwnCgroup> {
  const read = (file: string): Promise<string> =>
    readFile(join(proc, file), 'utf8').catch(() => '');
  return cgroupOf(await read('cgroup'), await read('mountinfo'));
}

/** @param groups, mounts as /proc/PID/cgroup and /proc/PID/mountinfo have them: cgroups(7), proc_pid_mountinfo(5) */
export function cgroupOf(groups: string, mounts: string): OwnCgroup {
  const bound = new Set<string>();
  let own: string | undefined;
  for (const line of groups.split('\n')) {
    const [, hierarchy, names = '', path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (hierarchy === '0') own = path;
    else if (hierarchy !== undefined) for (const name of names.split(',')) bound.add(name);
  }
  return { folder: own === undefined ? { why: NOT_MOUNTED } : folderOf(own, mounts), bound };
}

function folderOf(own: string, mounts: string): OwnCgroup['folder'] {
  let why = NOT_MOUNTED;
  for (const line of mounts.split('\n')) {
    const [before = '', behind = ''] = line.split(' - ');
    if (!behind.startsWith('cgroup2 ')) continue;
    const [, , , root = '', point = ''] = before.split(' ').map(unescaped);
    const top = root === '/' ? '' : root;
    // Both begin with /.. where they are outside of what this process is to see (cgroup_namespaces(7)).
    if (!own.startsWith('/..') && (own === top || own.startsWith(`${top}/`)))
      return { path: resolve(point, `.${own.slice(top.length)}`) };
    why = `its cgroup ${own} is not below ${root}, which is mounted at ${point}`;
  }
  return { why };
}

/** Blanks and the like are written as three octal digits. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
