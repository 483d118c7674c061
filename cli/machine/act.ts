import type { NodeChoice } from '../control-target.ts';
import { MachinesFailedError, messageOf } from '../errors.ts';
import { DONE_WITHIN_MS } from './master.ts';
import { withMaster } from './with-master.ts';

export interface ActOptions extends NodeChoice {
  readonly node?: string;
}

/** `vstar machine start`, `pause`, `resume`, `suspend` and `stop`: each machine for itself, all at once. */
export async function actOnMachines(
  action: string,
  names: readonly string[],
  { node = '', ...options }: ActOptions,
): Promise<void> {
  await withMaster(options, (master) =>
    all(names, (name) => master.ask('act', { name, action, node }, DONE_WITHIN_MS)),
  );
}

/** `vstar machine rm`. */
export async function removeMachines(names: readonly string[], options: NodeChoice): Promise<void> {
  await withMaster(options, (master) => all(names, (name) => master.ask('remove', { name })));
}

/** @throws what went wrong with the only one, or {machines-failed} */
async function all(
  names: readonly string[],
  work: (name: string) => Promise<unknown>,
): Promise<void> {
  const outcomes = await Promise.allSettled(names.map(work));
  const failed = outcomes.filter((each) => each.status === 'rejected');
  const [first] = failed;
  if (!first) return;
  if (names.length === 1) throw first.reason;
  throw new MachinesFailedError(failed.length, names.length, messageOf(first.reason));
}
