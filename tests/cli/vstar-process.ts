import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '#tests/support/until.ts';

const VSTAR = fileURLToPath(new URL('../../cli/vstar.ts', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: Buffer;
  readonly stdout: string;
  readonly stderr: string;
}

export interface VstarInit {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Standard input; none where it is left out. */
  readonly input?: string | Uint8Array;
  /** Leaves standard input open after that. */
  readonly holdsInput?: boolean;
  readonly cwd?: string;
}

export interface Vstar {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once it has written this to stdout or stderr, with all of that; rejects if it ends before. */
  said(text: string | RegExp): Promise<string>;
}

/** Starts the real command line, or another program in its place. */
export function startVstar(args: readonly string[], init: VstarInit = {}, program?: string): Vstar {
  const { env = {}, input, holdsInput = false, cwd } = init;
  const [command, words] =
    program === undefined ? [process.execPath, [VSTAR, ...args]] : [program, [...args]];
  const child = spawn(command, words, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: { ...clean(process.env), ...env },
    ...(cwd !== undefined && { cwd }),
  });
  if (input !== undefined) child.stdin?.write(input);
  if (!holdsInput) child.stdin?.end();
  child.stdin?.on('error', () => {}); // it may end without reading
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const heard = new Set<() => void>();
  const gather = (into: Buffer[]) => (chunk: Buffer) => {
    into.push(chunk);
    for (const each of heard) each();
  };
  child.stdout?.on('data', gather(out));
  child.stderr?.on('data', gather(err));
  const texts = (): string[] => [out, err].map((each) => Buffer.concat(each).toString());
  const ended = once(child, 'close').then(([status, signal]) => ({
    status: status as number | null,
    signal: signal as NodeJS.Signals | null,
    out: Buffer.concat(out),
    stdout: Buffer.concat(out).toString(),
    stderr: Buffer.concat(err).toString(),
  }));
  const said = (wanted: string | RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        for (const text of texts()) {
          if (!(typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text))) continue;
          heard.delete(look);
          resolve(text);
        }
      };
      heard.add(look);
      look();
      void ended.then(() =>
        reject(new Error(`it ended without saying ${wanted}: ${texts().join('')}`)),
      );
    });
  return { child, ended, said };
}

/** Runs the real command line to its end. */
export function vstar(args: readonly string[], init: VstarInit = {}): Promise<Ended> {
  return startVstar(args, init).ended;
}

/** A folder for a test's files, and what removes it. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Resolves once a condition holds that nothing tells of. Fails with the test's own timeout. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  await until(holds, Boolean);
}

/** What would point `vstar` at a cluster of the person who runs the tests. */
function clean(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { VSTAR_CONTROL: _control, VSTAR_TOKEN: _token, FORCE_COLOR: _colour, ...rest } = env;
  return { ...rest, NO_COLOR: '1' };
}
