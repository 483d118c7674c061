import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeChoice } from '../control-target.ts';
import { MachinesFailedError, messageOf, UsageError } from '../errors.ts';
import { openProgress } from '../output/progress.ts';
import { json } from '../output/table.ts';
import { DONE_WITHIN_MS, type MachineMaster, refusalOf } from './master.ts';
import { noMachine, withMachines } from './with-master.ts';

// A bar that moves as one looks at it.
const ASK_EVERY_MS = 200;
/** Of one request: services/machine/guests/removal.ts. */
const AT_ONCE = 1_000;

export interface RemoveOptions extends NodeChoice {
  /** All machines of which. */
  readonly group?: string;
  readonly json?: boolean;
}

/** What became of one; services/machine/README.md. */
interface Removed {
  readonly name: string;
  readonly state: 'removed' | 'leaving' | 'failed';
  readonly error: string | null;
}

/** `vstar machine rm`: one that cannot be removed does not stop the others. */
export async function removeMachines(
  names: readonly string[],
  { group, ...options }: RemoveOptions,
): Promise<void> {
  if (names.length > 0 === (group !== undefined))
    throw new UsageError('name machines, or the group of all that are to go by --group');
  const all = await withMachines(
    options,
    (master, _, signal) => askAll(master, { names, group }, signal),
    noMachine(group ?? names[0]!),
  );
  const failed = all.filter(({ state }) => state === 'failed');
  const reasons = failed.map(({ error }) => refusalOf(error ?? 'failed'));
  const [first] = reasons;
  if (first && all.length === 1) throw first;
  if (options.json) process.stdout.write(json(all));
  else tell(all);
  if (first) throw new MachinesFailedError(failed.length, all.length, messageOf(first));
}

/** For people: those that are not gone. */
function tell(all: readonly Removed[]): void {
  for (const { name, state, error } of all) {
    if (state === 'failed')
      process.stderr.write(`${name}: ${messageOf(refusalOf(error ?? 'failed'))}\n`);
    if (state === 'leaving')
      process.stderr.write(
        `${name} is on a node that cannot be reached: it is ended as soon as that can, and until then its name is taken\n`,
      );
  }
}

/** In one request, or in as few as there may be. */
async function askAll(
  master: MachineMaster,
  { names, group }: { readonly names: readonly string[]; readonly group: string | undefined },
  signal: AbortSignal,
): Promise<readonly Removed[]> {
  if (group !== undefined) return ask(master, { group }, signal);
  const all: Removed[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE)
    all.push(...(await ask(master, { names: names.slice(at, at + AT_ONCE) }, signal)));
  return all;
}

/** Shows how many are left meanwhile. */
async function ask(
  master: MachineMaster,
  request: { readonly names: readonly string[] } | { readonly group: string },
  signal: AbortSignal,
): Promise<readonly Removed[]> {
  const bar = openProgress({ label: 'removed' });
  let most = 0;
  const asked = master.ask<{ machines: readonly Removed[] }>('remove', request, DONE_WITHIN_MS);
  const answered = asked.then(
    () => true,
    () => true,
  );
  try {
    while (!(await Promise.race([answered, sleep(ASK_EVERY_MS, false, { signal })]))) {
      const left = await Promise.race([answered.then(() => 0), master.leaving()]);
      most = Math.max(most, left);
      bar.update(most - left, most);
    }
    return (await asked).machines;
  } finally {
    bar.stop();
  }
}
