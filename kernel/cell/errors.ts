/** Why a cell was ended: its text is for the node's log and for those who watch the vTasks that were on it. */
export class CellError extends Error {
  readonly code:
    | 'cell-malformed'
    | 'cell-oversized'
    | 'cell-violation'
    | 'cell-flooded'
    | 'cell-stuck';
  constructor(code: CellError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** What is wrong with what a cell sent, of whatever the code that took it threw. */
export function cellErrorOf(error: unknown): CellError {
  if (error instanceof CellError) return error;
  const { code, message } = error as { readonly code?: unknown; readonly message: string };
  if (code === 'malformed-value')
    return new CellError('cell-malformed', `it sent what is no frame: ${message}`, error);
  return new CellError('cell-violation', `it sent what no cell sends: ${message}`, error);
}

/** A process that was to be confined is not: no cell may be started. */
export class NotConfinedError extends Error {
  readonly code = 'not-confined';
  constructor(why: string) {
    super(
      `Node's permission model has no effect on this machine: ${why}; use the Node that the package brings`,
    );
  }
}
