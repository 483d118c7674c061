import { isExitSignal } from './bind/exit-signal.ts';
import { MemoryQuotaError, TableQuotaError } from './errors.ts';

/** What became of a call into an instance that did not return. */
export type TrapKind =
  /** An instruction of the program's trapped, or it broke the canonical ABI. */
  | 'trap'
  /** Its calls are nested too deeply. */
  | 'stack-overflow'
  /** It called a suspending import where its stack cannot be suspended, for example as it starts. */
  | 'cannot-suspend'
  /** The program threw and did not catch. */
  | 'exception'
  /** A function of the host failed: our defect, not the program's. */
  | 'host-failure';

/** Longest description: it travels in exit reasons. */
const MAX_CHARS = 1_024;

/** File names in messages and stacks: nothing of the machine is told to a tenant. */
const PATHS = /(?:file:\/\/\/?|\/|[A-Za-z]:[\\/])(?:[^\s:()'"]+[\\/])+[^\s:()'"]*/g;

/** Tells the ends of a call apart by the error that the engine throws. */
export function kindOf(error: unknown): TrapKind {
  if (error instanceof WebAssembly.RuntimeError) {
    // The transpiler's code turns the engine's SuspendError into this one while a component is being started.
    return error.message.startsWith('cannot block a synchronous task') ? 'cannot-suspend' : 'trap';
  }
  if (error instanceof RangeError && /call stack/i.test(error.message)) return 'stack-overflow';
  if (error instanceof WebAssembly.Exception) return 'exception';
  if (error instanceof Error && error.constructor.name === 'SuspendError') return 'cannot-suspend';
  return 'host-failure';
}

/** A text for people of how a call ended, without paths of the host and without stacks. */
export function describe(error: unknown): string {
  if (isExitSignal(error)) return error.message;
  const message = clean(error instanceof Error ? error.message : String(error));
  if (error instanceof MemoryQuotaError || error instanceof TableQuotaError) return message;
  switch (kindOf(error)) {
    case 'trap':
      return `trap: ${message}`;
    case 'stack-overflow':
      return 'trap: stack overflow';
    case 'cannot-suspend':
      return 'trap: a call that may wait was made where the program cannot wait, for example while it is being started';
    case 'exception':
      return 'trap: an exception that the program did not catch';
    case 'host-failure':
      return `host failure: ${message}`;
  }
}

function clean(message: string): string {
  const line = message.replaceAll(PATHS, '<path>').split('\n', 1)[0] ?? '';
  return line.length > MAX_CHARS ? `${line.slice(0, MAX_CHARS)}...` : line;
}
