import type { Logger } from '#kernel/logger.ts';
import type { Agent } from '../components.ts';

/** How far a machine has come on its way, after each thing of which something could be left. */
export type Step =
  // Being made.
  | 'admitted'
  | 'prepared'
  | 'template starts'
  | 'template written'
  | 'template'
  | 'disk'
  | 'started'
  | 'filled'
  | 'joined'
  | 'goes on'
  // Being kept.
  | 'halted'
  | 'memory kept'
  | 'disk copied'
  | 'disk kept'
  | 'taken down'
  // Being given to another node, and on that one.
  | 'offered'
  | 'disks alike'
  | 'written'
  | 'given'
  | 'moved'
  | 'said that it goes on';

/** Told of each step. */
export type Steps = (step: Step) => void;

/** What the node's log says of each, at its level `debug`. */
export const STEP_LINE = 'a step of a machine';

export function stepsOf(logger: Logger, { vtid }: Agent): Steps {
  return (step) => logger.debug(STEP_LINE, { agent: vtid, step });
}
