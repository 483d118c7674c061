import type { PosivClient } from '#node/control/client.ts';
import type { NodeChoice } from '../control-target.ts';
import { withSession } from '../session.ts';
import { MachineMaster } from './master.ts';

/** Does some work with the tenant's master of machines. */
export function withMaster<T>(
  options: NodeChoice,
  work: (master: MachineMaster, client: PosivClient, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withSession(options, async (client, signal) => {
    return work(await MachineMaster.of(client, signal, tellOfBuild), client, signal);
  });
}

function tellOfBuild(name: string): void {
  process.stderr.write(`vstar: building ${name}, once\n`);
}
