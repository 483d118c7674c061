/** A call over a link was not carried out. */
export class CallFailedError extends Error {
  readonly code = 'call-failed';
  constructor(functionName: string, why: string, cause?: unknown) {
    super(`${functionName} was not carried out: ${why}`, { cause });
  }
}

/** A vTask's state was to change in a way that its life cycle does not have. */
export class IllegalTransitionError extends Error {
  readonly code = 'illegal-transition';
  constructor(vtid: string, from: string, to: string) {
    super(`vTask ${vtid} cannot go from ${from} to ${to}`);
  }
}
