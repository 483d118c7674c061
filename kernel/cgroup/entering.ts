import { execFile } from 'node:child_process';

/** A program and its arguments. */
export type Words = readonly [program: string, ...args: string[]];

/** What is set in a cgroup, by its files. */
export type Settings = Readonly<Record<string, string | number>>;

const TRIED_WITHIN_MS = 10_000;

/**
 * Makes a cgroup, sets what is to hold in it, goes into it and becomes the program, before that has done anything: so all that it
 * ever starts is there too. The shell leaves nothing in the environment (bash the name of what it executes).
 * What does not go it says, and becomes the program all the same.
 */
const ENTER = `
mkdir "$0"
while [ "$1" != -- ]; do echo "$2" >"$0/$1"; shift 2; done
shift
echo 0 >"$0/cgroup.procs"
unset PWD OLDPWD SHLVL
exec "$@"
`;

/** How a program is started in a cgroup of its own, which is not there yet. */
export function entering(sh: string, path: string, settings: Settings, words: Words): Words {
  const pairs = Object.entries(settings).flatMap(([file, value]) => [file, `${value}`]);
  return [sh, '-c', ENTER, path, ...pairs, '--', ...words];
}

/** Tries it out. Undefined where it works, else why it does not. */
export function failureOf(sh: string, path: string): Promise<string | undefined> {
  const [program, ...args] = entering(sh, path, {}, [sh, '-c', ':']);
  return new Promise((resolve) => {
    execFile(program, args, { env: {}, timeout: TRIED_WITHIN_MS }, (error, _, stderr) =>
      resolve(stderr.trim().split('\n')[0] || error?.message),
    );
  });
}
