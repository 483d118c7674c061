import type { ImageDescription } from './inspect.ts';
import { commandInterface } from './wasi/command.ts';

/** How a vTask enters an image; undefined where it cannot, for example a manager's strategy. */
export type Entry = 'program of POSIV' | 'WASI 0.2 command' | 'WASI preview 1 command';

export function entryOf(description: ImageDescription): Entry | undefined {
  if (description.kind === 'wasi-command') return 'WASI preview 1 command';
  if (description.exports.includes('posiv:kernel/program@0.1.0')) return 'program of POSIV';
  return commandInterface(description) === undefined ? undefined : 'WASI 0.2 command';
}
