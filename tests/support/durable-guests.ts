import type { PosivClient } from '#node/control/client.ts';
import type { Options } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { good } from '#tests/support/results.ts';
import { until } from '#tests/support/until.ts';
import { encode } from 'cborg';

/** Where tests of durable vTasks store the image of tests/node/guests/echoes.c. */
export const IMAGE = '/images/echoes';
export const ALWAYS: Options = { ...DEFAULT_OPTIONS, detached: true, restart: 'always' };

/** Makes one that has answered. */
export async function start(
  posiv: PosivClient,
  name: string | undefined,
  options: Options,
): Promise<string> {
  const vtid = good(await posiv.vtask.new(name, IMAGE, [], options));
  good(await posiv.vtask.sched(vtid));
  good(await posiv.ipc.rpc(vtid, 'echo', 20_000, encode(1)));
  return vtid;
}

/** Who bears a name once it is not that one any more. */
export async function next(posiv: PosivClient, name: string, former: string): Promise<string> {
  const found = await until(
    () => posiv.vtask.find(name),
    (each) => each.ok && each.value !== former,
  );
  return good(found);
}
