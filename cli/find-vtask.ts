import type { PosivClient } from '#node/control/client.ts';
import type { Info } from '#posiv-wit/generated/kernel.ts';
import { answer } from './answer.ts';
import { CallError } from './errors.ts';

/** The vTask that a user named by its vtid or its name. @throws {no-such-task} */
export async function findVTask(client: PosivClient, vtidOrName: string): Promise<Info> {
  const byVtid = await client.vtask.info(vtidOrName);
  if (byVtid.ok) return byVtid.value;
  if (byVtid.error.tag !== 'no-such-task') return answer(vtidOrName, byVtid);
  const byName = await client.vtask.find(vtidOrName);
  if (!byName.ok && byName.error.tag === 'no-such-task') {
    throw new CallError(
      'no-such-task',
      `no vTask has the vtid or name ${JSON.stringify(vtidOrName)}; 'vstar ps' lists those alive`,
    );
  }
  const vtid = await answer(vtidOrName, byName);
  return answer(vtidOrName, client.vtask.info(vtid));
}
