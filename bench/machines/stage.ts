import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDir } from '#cli/folders.ts';
import { DONE_WITHIN_MS, MachineMaster, type MachineInfo } from '#cli/machine/master.ts';
import { talk } from '#cli/machine/typing.ts';
import { debianRecipe } from '#cli/machine/template/debian.ts';
import { storeTemplate } from '#cli/machine/template/stored-template.ts';
import type { PosivClient } from '#node/control/client.ts';
import { promisedBytes, suits } from '#services/machine/backends/kinds.ts';

export const SHAPE = { memory: 64 << 20, processors: 1, disk: 2 * 2 ** 30 };
/** Machines of this are copies of one that has started. */
const TEMPLATE = 'debian';
const LOOK_EVERY_MS = 50;
const REMOVED_AT_ONCE = 1_000; // as many as one request may name
/** Typed on the console of a machine, whose shell alone can say the answer: what is typed is shown, too. */
export const QUESTION = 'echo sum-$((40+2))\n';
export const ANSWER = 'sum-42';

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
  await remove(stage, await makeAll(stage, { name: 'warm', count: 1, paused: true }));
  return stage;
}

export interface Wish {
  /** Of the group. */
  readonly name: string;
  readonly count: number;
  readonly paused: boolean;
  /** Default: `TEMPLATE`. */
  readonly template?: string;
  /** How often it is asked how many are there, in milliseconds. It costs the master something. Default: 50. */
  readonly lookEveryMs?: number;
  /** Called then with what is known of each. */
  readonly onLook?: (machines: readonly MachineInfo[]) => void;
}

/** Makes machines and waits until nothing more is being done about them. @returns what became of each */
export async function makeAll(
  { master, signal }: Stage,
  wish: Wish,
): Promise<readonly MachineInfo[]> {
  const { name, count, paused, template = TEMPLATE } = wish;
  const { lookEveryMs = LOOK_EVERY_MS, onLook } = wish;
  const request = { name, count, template, shape: SHAPE, restart: 'never' };
  await master.ask('create', { ...request, paused, backend: null });
  for (;;) {
    onLook?.(await master.list({ group: name }));
    if ((await master.count(name)).making === 0) break;
    await sleep(lookEveryMs, undefined, { signal });
  }
  const made = await master.list({ group: name });
  onLook?.(made);
  return made;
}

/** How many there may be: more than a node has room for are not asked of it. */
export async function roomFor({ client }: Stage): Promise<number> {
  const [host] = await client.hosts.list();
  const room = host!.memoryLimit - host!.memoryUsed;
  return Math.max(1, Math.floor(room / promisedBytes(SHAPE.memory)));
}

/** Waits until nothing of any machine is left on any node. */
export async function untilNone({ client, signal }: Stage, lookEveryMs: number): Promise<void> {
  while ((await client.hosts.list()).some(({ machines }) => machines > 0))
    await sleep(lookEveryMs, undefined, { signal });
}

/** As `makeAll`. @throws where one fails: then the figure would be of something else */
export async function make(stage: Stage, wish: Wish): Promise<readonly MachineInfo[]> {
  const made = await makeAll(stage, wish);
  const failed = made.find(({ vtid }) => vtid === null);
  if (failed) throw new Error(`${failed.name} failed: ${failed.error}`);
  return made;
}

/** Waits until one has carried out what is typed on its console. @throws where it ends before */
export async function answered(
  { client }: Stage,
  vtid: string,
  signal: AbortSignal,
): Promise<void> {
  const said = await talk(client, vtid, QUESTION, ANSWER, signal);
  if (said === undefined) throw new Error(`the machine of ${vtid} ended before it answered`);
}

/** Waits until each has. */
export async function allAnswered(stage: Stage, made: readonly MachineInfo[]): Promise<void> {
  await Promise.all(made.map(({ vtid }) => answered(stage, vtid!, stage.signal)));
}

export async function remove({ master }: Stage, made: readonly MachineInfo[]): Promise<void> {
  for (let at = 0; at < made.length; at += REMOVED_AT_ONCE) {
    const names = made.slice(at, at + REMOVED_AT_ONCE).map(({ name }) => name);
    await master.ask('remove', { names }, DONE_WITHIN_MS);
  }
}
