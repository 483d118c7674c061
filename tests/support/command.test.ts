import { execFile } from 'node:child_process';
import test from 'ava';

interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

for (const command of ['integration/main.ts', 'integration/soak.ts', 'simulation/main.ts']) {
  test(`${command} says how it is used, and refuses what it does not know without a stack`, async (t) => {
    const help = await run(`tests/${command}`, '--help');
    t.is(help.status, 0);
    t.regex(help.stdout, /^Usage: npm run /);
    const unknown = await run(`tests/${command}`, '--nonsense');
    t.is(unknown.status, 2);
    t.regex(unknown.stderr, /^\w+: Unknown option '--nonsense'.*; see --help\n$/);
    const nothing = await run(`tests/${command}`, '--nodes', 'none');
    t.is(nothing.status, 2);
    t.regex(nothing.stderr, /^\w+: --nodes none: give a number above 0; see --help\n$/);
  });
}
