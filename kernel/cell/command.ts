import { fileURLToPath } from 'node:url';
import type { CellCommand } from '#kernel/cell/cell-process.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What the code of a cell consists of, each a folder or a file. */
const CODE: readonly string[] = [
  ...['package.json', 'kernel', 'posiv-wit', 'wasm-abi'].map((each) => `${ROOT}${each}`),
  fileURLToPath(new URL('./', import.meta.resolve('@wasmer/wasi/package.json'))).replace(/\/$/, ''),
];

export interface CellCommandInit {
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
  const { cacheDir, lanes, execArgv, env, wrap } = init;
  const words = wrap([
    process.execPath,
    '--permission',
    ...[...CODE, cacheDir].map((path) => `--allow-fs-read=${path}`),
    '--allow-worker',
    '--disable-warning=SecurityWarning',
    ...execArgv,
    MAIN,
    cacheDir,
    String(lanes),
  ]);
  return { words, env };
}
