import type { PosivClient } from '#node/control/client.ts';
import type { NodeChoice } from '../control-target.ts';
import { NoSuchMachineError } from '../errors.ts';
import { withSession } from '../session.ts';
import { MachineMaster } from './master.ts';

type Work<T> = (master: MachineMaster, client: PosivClient, signal: AbortSignal) => Promise<T>;

/** The tenant's master of machines, who may be another one than it was. */
export function masterOf(client: PosivClient, signal: AbortSignal): Promise<MachineMaster> {
  return MachineMaster.of(client, signal, tellOfBuild);
}

/** Does some work with the tenant's master of machines, which is made where there is none. */
export function withMaster<T>(options: NodeChoice, work: Work<T>): Promise<T> {
  return withSession(options, async (client, signal) => {
    return work(await masterOf(client, signal), client, signal);
  });
}

/** The same, about machines that are there: where the tenant never had any, nothing is made, and `none` says what follows. */
export function withMachines<T>(
  options: NodeChoice,
  work: Work<T>,
  none: () => T | Promise<T>,
): Promise<T> {
  return withSession(options, async (client, signal) => {
    if (!(await MachineMaster.isWanted(client))) return none();
    return work(await masterOf(client, signal), client, signal);
  });
}

/** For `withMachines`, about a machine that is named. */
export function noMachine(name: string): () => never {
  return () => {
    throw new NoSuchMachineError(name);
  };
}

function tellOfBuild(name: string): void {
  process.stderr.write(`vstar: building ${name}, once\n`);
}
