import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDir } from '#cli/folders.ts';
import { MachineMaster, type MachineInfo } from '#cli/machine/master.ts';
import { debianRecipe } from '#cli/machine/template/debian.ts';
import { storeTemplate } from '#cli/machine/template/stored-template.ts';
import type { PosivClient } from '#node/control/client.ts';
import { suits } from '#services/machine/backends/kinds.ts';

export const SHAPE = { memory: 64 << 20, processors: 1, disk: 2 * 2 ** 30 };
const TEMPLATE = 'debian';
const LOOK_EVERY_MS = 50;

/** Where machines are made. */
export interface Stage {
  readonly client: PosivClient;
  readonly master: MachineMaster;
  readonly signal: AbortSignal;
}

/** Makes a node ready for machines; says why not where it cannot, and returns undefined. */
export async function openStage(
  client: PosivClient,
  note: (text: string) => void,
): Promise<Stage | undefined> {
  const [host] = await client.hosts.list();
  if (host && !suits(host.backends, undefined)) {
    note(`not run: ${host.missing.join('; ')}`);
    return undefined;
  }
  const { signal } = new AbortController();
  note('the template is fetched and started, where it was not before');
  const recipe = await debianRecipe(cacheDir(), { signal, onStep: () => {} });
  await storeTemplate(client, TEMPLATE, recipe, signal);
  const master = await MachineMaster.of(client, signal, () => {});
  const stage = { client, master, signal };
  await remove(stage, await makeAll(stage, 'warm', 1, true));
  return stage;
}

/**
 * Makes machines and waits until nothing more is being done about them.
 * @param onLook called now and then with how many are there
 * @returns what became of each
 */
export async function makeAll(
  { master, signal }: Stage,
  name: string,
  count: number,
  isPaused: boolean,
  onLook: (there: number) => void = () => {},
): Promise<readonly MachineInfo[]> {
  const request = { name, count, template: TEMPLATE, shape: SHAPE, restart: 'never' };
  await master.ask('create', { ...request, paused: isPaused, backend: null });
  for (;;) {
    const made = (await master.list()).filter(({ group }) => group === name);
    onLook(made.filter(({ vtid }) => vtid !== null).length);
    if (made.every(({ vtid, state }) => vtid !== null || state === 'failed')) return made;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

export async function remove({ master }: Stage, made: readonly MachineInfo[]): Promise<void> {
  for (const { name } of made) await master.ask('remove', { name });
}
