/** Thrown through a program's stack by WASI's `proc_exit`. */
export class ExitSignal extends Error {
  readonly code = 'wasi-exit';
  readonly status: number;

  constructor(status: number) {
    super(`the program called exit with status ${status}`);
    this.name = 'ExitSignal';
    this.status = status;
  }
}
