import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { BenchFailedError } from '../cluster/vtask-run.ts';
import { PeakMemory, type Memory } from './usage.ts';

/** What a command took from its start to its end. */
export interface CommandFigures {
  readonly wallS: number;
  /** Of the command and all of its children. */
  readonly cpuS: number;
  readonly memory: Memory;
  readonly output: Buffer;
}

// The shell's own account is the only one that has every child that was waited for, whatever its life.
const SCRIPT = '"$@" & echo $! >&3; wait $!; status=$?; times >&3; exit $status';

/**
 * Runs a command, which has a single process.
 * @throws {bench-failed} it did not end with 0
 */
export async function runCommand(command: readonly string[]): Promise<CommandFigures> {
  const start = performance.now();
  const child = spawn('sh', ['-c', SCRIPT, 'sh', ...command], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const exited = once(child, 'close') as Promise<[number | null]>;
  const output: Buffer[] = [];
  let account = '';
  let memory: PeakMemory | undefined;
  child.stdio[1]!.on('data', (bytes: Buffer) => output.push(bytes));
  child.stdio[3]!.on('data', (bytes: Buffer) => {
    account += bytes.toString();
    memory ??= new PeakMemory([Number.parseInt(account, 10)]);
  });
  try {
    const [status] = await exited;
    const wallS = (performance.now() - start) / 1_000;
    if (status !== 0) throw new BenchFailedError(`${command.join(' ')} ended with ${status}`);
    const peak = memory?.peak ?? { pss: 0, rss: 0 };
    return { wallS, cpuS: cpuOfTimes(account), memory: peak, output: Buffer.concat(output) };
  } finally {
    memory?.[Symbol.dispose]();
  }
}

/** The sum of the last line of `times`, such as `0m1.230s 0m0.040s`: the shell's children. */
export function cpuOfTimes(times: string): number {
  const children = times.trim().split('\n').at(-1) ?? '';
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
}
