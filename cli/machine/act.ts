import type { PosivClient } from '#node/control/client.ts';
import type { Move } from '#posiv-wit/generated/machine.ts';
import type { NodeChoice } from '../control-target.ts';
import { MachinesFailedError, messageOf } from '../errors.ts';
import { formatBytes, formatDuration } from '../output/units.ts';
import { checkMade, untilMade } from './create.ts';
import { DONE_WITHIN_MS, type MachineMaster } from './master.ts';
import { noMachine, withMachines } from './with-master.ts';

export interface ActOptions extends NodeChoice {
  readonly node?: string;
}

/** What `migrate` answers. */
interface Moved {
  readonly node: string | null;
  readonly moved: Move | null;
}

/** `vstar machine start`, `pause`, `resume`, `suspend`, `stop`, `snapshot` and `migrate`: each machine for itself, all at once. */
export async function actOnMachines(
  action: string,
  names: readonly string[],
  { node = '', ...options }: ActOptions,
): Promise<void> {
  const act = (master: MachineMaster): Promise<void> =>
    all(names, async (name) => {
      const { moved } = await master.ask<Partial<Moved>>(
        'act',
        { name, action, node },
        DONE_WITHIN_MS,
      );
      if (moved) process.stderr.write(`${name} has moved; ${movedIn(moved)}\n`);
    });
  await withMachines(options, act, noMachine(names[0] ?? ''));
}

/** How a move went, for people. */
function movedIn({ downtimeUs, totalMs, bytes }: Move): string {
  const [still, total] = [formatDuration(downtimeUs / 1_000), formatDuration(totalMs)];
  return `it stood still for ${still} of ${total}, ${formatBytes(bytes)} travelled`;
}

/** `vstar machine clone`. */
export async function cloneMachine(
  source: string,
  name: string,
  { count, ...options }: NodeChoice & { readonly count: number },
): Promise<void> {
  const clone = async (master: MachineMaster, _: PosivClient, signal: AbortSignal) => {
    const asked = { source, name, count };
    const { names } = await master.ask<{ names: string[] }>('clone', asked, DONE_WITHIN_MS);
    checkMade(await untilMade(master, { group: name, count: names.length }, signal));
  };
  await withMachines(options, clone, noMachine(source));
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
