import { isExitSignal } from '../bind/exit-signal.ts';
import type { CoreInstance } from '../bind/core-exports.ts';
import { promising } from '../bind/jspi.ts';
import type { ImageDescription } from '../inspect.ts';

const RUN = /^wasi:cli\/run@0\.2\.\d+$/;

const PROGRAM = 'posiv:kernel/program@';

/**
 * The interface by which a component is run as a WASI 0.2 command; undefined if it is none. One that is a program of POSIV
 * as well is run as that.
 */
export function commandInterface({ kind, exports }: ImageDescription): string | undefined {
  if (kind !== 'component' || exports.some((each) => each.startsWith(PROGRAM))) return undefined;
  return exports.find((each) => RUN.test(each));
}

/** Runs a command to its end and gives its exit status; undefined if the component is none. */
export function commandStart(
  description: ImageDescription,
  cores: readonly CoreInstance[],
): (() => Promise<number>) | undefined {
  const name = `${commandInterface(description)}#run`;
  const entry = cores.findLast((each) => Object.hasOwn(each.exports, name))?.exports[name];
  if (typeof entry !== 'function') return undefined;
  return async () => {
    try {
      return Number(await promising(entry)()) === 0 ? 0 : 1;
    } catch (error) {
      if (isExitSignal(error)) return error.status;
      throw error;
    }
  };
}
