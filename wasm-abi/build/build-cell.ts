import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BuildFailedError, BuildLostError } from '../errors.ts';
import type { BuildJob, BuildMessage, BuildResults, WireError } from './jobs.ts';
import { Slots } from './slots.ts';

export interface BuildOptions {
  readonly signal?: AbortSignal;
  /** Told of each step as it begins: `bundle`, `componentize`, `compile`, `prepare`. */
  readonly onProgress?: (what: string) => void;
  /** Default 120,000: the largest component takes 30 s on one slow core. */
  readonly timeoutMs?: number;
  /** Told of the process as soon as there is one: of a tenant's image it has a session, and so where the system divides by these a part, of its own. */
  readonly started?: (pid: number) => void;
}

const TIMEOUT_MS = 120_000;

/**
 * An image is a tenant's: its build can read, as the transpiler's own files must be, and tell its owner the result. It
 * cannot write files, use the network or start processes.
 */
const CONFINED = [
  '--permission',
  '--allow-fs-read=*',
  '--allow-addons',
  '--allow-worker',
  '--disable-warning=SecurityWarning',
];

/**
 * The compiler is a module of 75 MB that runs for seconds: to optimise it takes longer than what is won, half of all processor
 * time that a small guest in C takes.
 */
const UNOPTIMISED = ['--liftoff-only'];

/** For Node itself, by the step. */
const EXEC_ARGV: Partial<Record<BuildJob['step'], readonly string[]>> = {
  prepare: CONFINED,
  compile: UNOPTIMISED,
};

/** A build takes up to 800 MB and one core. */
const slots = new Slots(2);

/** Of what a compiler prints, the beginning says the most. */
const MAX_OUTPUT_CHARS = 16_384;

/**
 * Carries out one job in a process of its own, which ends with it: a build cell. It is killed when the signal aborts or
 * the time is up; nothing that it holds outlives it.
 * @throws the job's own error, or {build-lost}, or the signal's reason
 */
export async function runBuild<Job extends BuildJob>(
  job: Job,
  options: BuildOptions = {},
): Promise<BuildResults[Job['step']]> {
  const { signal, onProgress, timeoutMs = TIMEOUT_MS, started } = options;
  signal?.throwIfAborted();
  using slot = await slots.take(signal);
  void slot; // given back at the end of this block
  onProgress?.(job.step);
  const { promise, resolve, reject } = Promise.withResolvers<BuildResults[Job['step']]>();
  const child = fork(fileURLToPath(new URL('main.ts', import.meta.url)), {
    execArgv: [...(EXEC_ARGV[job.step] ?? [])],
    env: {}, // what the node was started with is none of a build's business
    detached: job.step === 'prepare',
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  if (child.pid !== undefined) started?.(child.pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < MAX_OUTPUT_CHARS) output += text;
    });
  }
  const lost = (what: string): void => reject(new BuildLostError(job.step, what));
  child.on('message', (message: BuildMessage) => {
    if (message.kind === 'done') resolve(message.result as BuildResults[Job['step']]);
    else reject(fromWire(job.step, message.error));
  });
  child.once('error', (error) => lost(error.message));
  child.once('close', (code, killed) => {
    lost(
      `its process ended with ${killed ?? `status ${code}`}${output === '' ? '' : `: ${output.slice(0, MAX_OUTPUT_CHARS)}`}`,
    );
  });
  const timer = setTimeout(() => lost(`it took more than ${timeoutMs} ms`), timeoutMs);
  const abandon = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', abandon, { once: true });
  try {
    child.send(job, (error) => {
      if (error) lost(error.message);
    });
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abandon);
    child.kill('SIGKILL');
  }
}

/** The error again, as far as it can be recognised: by its code, and with its fields. */
function fromWire(step: string, wire: WireError): Error {
  if (wire.code === '') return new BuildFailedError(step, wire.message);
  const error = Object.assign(new Error(wire.message), wire.fields, { code: wire.code });
  error.name = wire.name;
  return error;
}
