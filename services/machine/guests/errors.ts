/** No machine has the name that was asked about. Its text is the code and the name. */
export class NoSuchMachineError extends Error {
  override readonly name = 'NoSuchMachineError';
  readonly code = 'no-such-machine';

  constructor(machine: string) {
    super(`no-such-machine: ${machine}`);
  }
}

/** What is asked of the master that cannot be. Its text begins with the code. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly code = 'refused';

  constructor(why: string) {
    super(`refused: ${why}`);
  }
}
