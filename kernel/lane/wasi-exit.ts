import type { Task } from '#kernel/lane/task.ts';
import { ok } from '#posiv-wit/result.ts';
import { isExitSignal } from '#wasm-abi/bind/exit-signal.ts';
import type { ImageDescription } from '#wasm-abi/inspect.ts';
import type { Instance } from '#wasm-abi/load.ts';

type Lift = Instance['lift'];

/**
 * Lifts functions of POSIV in a program that may call WASI's `exit`, which unwinds its stack: the vTask then ends with that
 * status, as it does after `exit` of POSIV.
 */
export function endedByExit(task: Task, { imports }: ImageDescription, lift: Lift): Lift {
  if (!imports.some((name) => name.startsWith('wasi:cli/exit@'))) return lift;
  return (name) => {
    const lifted = lift(name);
    if (!lifted) return undefined;
    return async (...params) => {
      try {
        return await lifted(...params);
      } catch (error) {
        if (!isExitSignal(error)) throw error;
        task.exit(error.status);
        return name.endsWith('#run')
          ? ok(error.status)
          : { tag: 'failed', val: 'the vTask called exit instead of answering' };
      }
    };
  };
}
