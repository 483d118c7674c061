import type { CellCommand } from '#kernel/cell/cell-process.ts';
import type { CellCode } from '#kernel/cell/code.ts';

export interface CellCommandInit {
  readonly code: CellCode;
  /** The folder of the prepared images. */
  readonly cacheDir: string;
  readonly lanes: number;
  /** The folder of the files that its node lends it, if it does. */
  readonly lent?: string | undefined;
  /** Of the process, for Node itself. */
  readonly execArgv: readonly string[];
  /** All that it is to find in its environment: nothing of the node's own. */
  readonly env: Readonly<Record<string, string>>;
  /** What is wrapped around the process, which may read `reads` beside its code and the prepared images. */
  readonly wrap: (words: CellCommand['words'], reads: readonly string[]) => CellCommand['words'];
}

/**
 * How a cell is started: under Node's permission model, with leave to read its code, the prepared images and what it is lent, and
 * to start its lanes as threads; nothing else.
 */
export function cellCommand(init: CellCommandInit): CellCommand {
  const { code, cacheDir, lanes, lent, execArgv, env, wrap } = init;
  const files = lent === undefined ? [] : [lent];
  const program = [
    process.execPath,
    '--permission',
    ...[...code.reads, cacheDir, ...files].map((path) => `--allow-fs-read=${path}`),
    '--allow-worker',
    '--disable-warning=SecurityWarning',
    ...execArgv,
    code.main,
    code.lane,
    cacheDir,
    String(lanes),
    ...files,
  ] as const;
  return { words: wrap(program, files), env };
}
