import { InterruptedError } from './errors.ts';
import { exitStatusOf } from './report.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupt extends Disposable {
  /** Aborted with an `interrupted` error at the first signal. */
  readonly signal: AbortSignal;
}

/**
 * Turns Ctrl-C, SIGTERM and SIGHUP into an AbortSignal until it is disposed of. A second Ctrl-C ends the process at once:
 * what it started notices by itself.
 */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    const error = new InterruptedError(signal);
    if (controller.signal.aborted && signal === 'SIGINT') process.exit(exitStatusOf(error));
    controller.abort(error);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
