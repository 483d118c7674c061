import type { CellCommand } from '#kernel/cell/cell-process.ts';
import type { CellCode } from '#kernel/cell/code.ts';

export interface CellCommandInit {
  readonly code: CellCode;
  /** The folder of the prepared images. */
  readonly cacheDir: string;
  readonly lanes: number;
  /** Of the process, for Node itself. */
  readonly execArgv: readonly string[];
  /** All that it is to find in its environment: nothing of the node's own. */
  readonly env: Readonly<Record<string, string>>;
  /** What is wrapped around the process. */
  readonly wrap: (words: CellCommand['words']) => CellCommand['words'];
}

/**
 * How a cell is started: under Node's permission model, with leave to read its code and the prepared images, and to start
 * its lanes as threads; nothing else.
 */
export function cellCommand(init: CellCommandInit): CellCommand {
  const { code, cacheDir, lanes, execArgv, env, wrap } = init;
  const words = wrap([
    process.execPath,
    '--permission',
    ...[...code.reads, cacheDir].map((path) => `--allow-fs-read=${path}`),
    '--allow-worker',
    '--disable-warning=SecurityWarning',
    ...execArgv,
    code.main,
    code.lane,
    cacheDir,
    String(lanes),
  ]);
  return { words, env };
}
