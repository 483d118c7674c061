import { execFile } from 'node:child_process';

/** A program and its arguments. */
export type Words = readonly [program: string, ...args: string[]];

/** What is set in a cgroup, by its files. */
export type Settings = Readonly<Record<string, string | number>>;

const TRIED_WITHIN_MS = 10_000;

/**
 * Goes into a cgroup and becomes the program, before that has done anything: so all that it ever starts is there too. The shell
 * leaves nothing in the environment (bash the name of what it executes). What does not go it says, and becomes the program all the
 * same.
 */
const ENTER = `
echo 0 >"$0/cgroup.procs"
unset PWD OLDPWD SHLVL
exec "$@"
`;

/** How a program is started in a cgroup that is there. */
export function entering(sh: string, path: string, words: Words): Words {
  return [sh, '-c', ENTER, path, ...words];
}

/** Tries it out. Undefined where it works, else why it does not. */
export function failureOf(sh: string, path: string): Promise<string | undefined> {
  const [program, ...args] = entering(sh, path, [sh, '-c', ':']);
  return new Promise((resolve) => {
    execFile(program, args, { env: {}, timeout: TRIED_WITHIN_MS }, (error, _, stderr) =>
      resolve(stderr.trim().split('\n')[0] || error?.message),
    );
  });
}
