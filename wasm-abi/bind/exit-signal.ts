import { engineTrap } from '#posiv-wit/abi/engine-trap.ts';

const CODE = 'wasi-exit';

/** What unwinds a program's stack when it calls WASI's `exit`: nothing of it runs after that, whatever it catches. */
export interface ExitSignal extends WebAssembly.RuntimeError {
  readonly code: typeof CODE;
  readonly status: number;
}

export function exitSignal(status: number): ExitSignal {
  const trap = engineTrap(`the program called exit with status ${status}`);
  return Object.assign(trap, { code: CODE, status } as const);
}

export function isExitSignal(error: unknown): error is ExitSignal {
  return error instanceof WebAssembly.RuntimeError && 'code' in error && error.code === CODE;
}
