import { styleText } from 'node:util';
import { codeOf, messageOf } from './errors.ts';
import { statusOfCode } from './exit-status.ts';

/** Says on stderr what went wrong, and how the process shall end. */
export function report(error: unknown): number {
  const code = codeOf(error);
  const label = styleText(['red', 'bold'], 'vstar:', { stream: process.stderr });
  if (code === 'interrupted') {
    process.stderr.write(`${label} ${messageOf(error)}\n`);
  } else if (code === undefined) {
    // A defect of ours: whoever reports it needs the stack.
    const stack = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${label} unexpected error: ${stack}\n`);
  } else {
    process.stderr.write(`${label} ${messageOf(error)} [${code}]\n`);
  }
  return exitStatusOf(error);
}

export function exitStatusOf(error: unknown): number {
  if (typeof error === 'object' && error !== null && 'exitStatus' in error) {
    return Number(error.exitStatus);
  }
  return statusOfCode(codeOf(error) ?? '');
}
