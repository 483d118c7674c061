import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandNotStartedError } from '../errors.ts';

const GRACE_MS = 5_000;
const LEFT_OVER_GRACE_MS = 2_000;
const POLL_MS = 20;

export interface ForegroundInit {
  readonly command: readonly string[];
  /** Added to our own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Passed on to it, as the signal that aborted. */
  readonly signal: AbortSignal;
  /** Told how to end it: its process, or its process group where the number is negative. */
  readonly onStart: (pid: number) => void;
}

/**
 * Runs a command with our own input and output until it ends. Away from a terminal it has a process group of its own, and
 * what it leaves running there is ended too; at a terminal it stays in ours, or it could not read from it.
 * @returns its status, 128 + the signal's number where a signal ended it
 * @throws {command-not-started}
 */
export async function runForeground(init: ForegroundInit): Promise<number> {
  const [name = '', ...args] = init.command;
  const hasGroup = !process.stdin.isTTY;
  const child = spawn(name, args, {
    stdio: 'inherit',
    detached: hasGroup,
    env: { ...process.env, ...init.environment },
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(new CommandNotStartedError(name, error)));
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
  });
  if (child.pid === undefined) return ended;
  const target = hasGroup ? -child.pid : child.pid;
  init.onStart(target);
  const passOn = (): void => void interrupt(child, target, init.signal, hasGroup);
  if (init.signal.aborted) passOn();
  init.signal.addEventListener('abort', passOn);
  try {
    return await ended;
  } finally {
    init.signal.removeEventListener('abort', passOn);
    if (hasGroup) await endGroup(target);
  }
}

/** Passes on what interrupted us, and insists after a while. */
async function interrupt(
  child: ChildProcess,
  target: number,
  { reason }: AbortSignal,
  hasGroup: boolean,
): Promise<void> {
  const signal = signalOf(reason);
  // A terminal has told it already, as a member of our group.
  if (hasGroup || signal !== 'SIGINT') send(target, signal);
  await sleep(GRACE_MS, undefined, { ref: false });
  if (child.exitCode === null && child.signalCode === null) send(target, 'SIGKILL');
}

async function endGroup(group: number): Promise<void> {
  let alive = send(group, 'SIGTERM');
  for (
    const until = Date.now() + LEFT_OVER_GRACE_MS;
    alive && Date.now() < until;
    alive = send(group, 0)
  ) {
    await sleep(POLL_MS);
  }
  if (alive) send(group, 'SIGKILL');
}

function signalOf(reason: unknown): NodeJS.Signals {
  if (typeof reason !== 'object' || reason === null || !('signal' in reason)) return 'SIGTERM';
  return reason.signal as NodeJS.Signals;
}

/** @returns whether there was anybody to take it */
function send(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}
