import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { suits } from '#services/machine/backends/kinds.ts';
import type { PosivClient } from '#node/control/client.ts';
import type { Move } from '#posiv-wit/generated/machine.ts';
import { Devstack, type DevstackNode } from '../devstack/devstack.ts';
import { devstackInit } from '../devstack/run.ts';
import { MachinesFailedError, NoBackendError } from '../errors.ts';
import { logEntries } from '../follow-log.ts';
import { cacheDir } from '../folders.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { step } from '../main-job/page.ts';
import { openProgress } from '../output/progress.ts';
import { table } from '../output/table.ts';
import { formatBytes, formatDuration } from '../output/units.ts';
import { withSession } from '../session.ts';
import { checkMade, makeMachines } from './create.ts';
import { DONE_WITHIN_MS, MachineMaster, type MachineInfo } from './master.ts';
import { debianRecipe, type BootBytes } from './template/debian.ts';
import { storeTemplate } from './template/stored-template.ts';
import { talk } from './typing.ts';

const NODES = 3;
const MACHINES = 20;
const SHAPE = { processors: 1, disk: 2 * 2 ** 30 };
const TEMPLATE = 'debian';
const LOOK_EVERY_MS = 500;

/** Where it is done: a cluster, and whom to ask. */
interface Stage {
  readonly client: PosivClient;
  readonly master: MachineMaster;
  readonly signal: AbortSignal;
  readonly nodes: readonly DevstackNode[];
  /** Of each machine, in bytes. */
  readonly memory: number;
}

/**
 * Makes machines on a cluster, has each answer, moves one, loses a node with its machines, and stops everything.
 * @throws {no-backend} with what to install
 */
export async function machinesJob(): Promise<void> {
  using interrupt = listenForInterrupt();
  const { signal } = interrupt;
  say(`\n${styleText('bold', 'vStarCloud')}  one cluster, ${MACHINES} virtual machines\n\n`);
  const began = performance.now();
  await using stack = await Devstack.start(
    devstackInit({ nodes: NODES, logLevel: 'error' }),
    signal,
  );
  done(`${NODES} worker nodes found each other over libp2p`, began);
  const [first] = stack.nodes;
  await withSession({ data: `${stack.folder}/${first?.name}` }, async (client) => {
    const [host] = await client.hosts.list();
    const isFast = host !== undefined && suits(host.backends, undefined);
    const missing = host?.missing.join('; ') ?? '';
    if (!isFast && !suits(host?.backends ?? [], 'v86')) throw new NoBackendError(missing);
    const { memory } = await timed('the template is in vStore: Debian’s kernel and busybox', () =>
      template(client, signal),
    );
    const master = await timed('the master of machines runs', () =>
      MachineMaster.of(client, signal, () => {}),
    );
    const stage: Stage = { client, master, signal, nodes: stack.nodes, memory };
    if (!isFast) return makeSlowly(stage, missing);
    await makeAll(stage);
    await moveOne(stage);
    await migrateOne(stage);
    await loseNode(stage);
    say(`\n${await page(stage)}\n`);
  });
}

async function template(client: PosivClient, signal: AbortSignal): Promise<BootBytes> {
  const bar = openProgress({ label: 'template' });
  try {
    const onStep = (what: string, at: number, of: number): void => bar.update(at, of, what);
    const boot = await debianRecipe(cacheDir(), { signal, onStep });
    await storeTemplate(client, TEMPLATE, boot, signal);
    return boot;
  } finally {
    bar.stop();
  }
}

async function makeAll(stage: Stage): Promise<void> {
  const { master, signal, memory } = stage;
  const request = {
    name: 'vm',
    template: TEMPLATE,
    shape: { ...SHAPE, memory },
    paused: false,
    backend: null,
  } as const;
  // Where a template was not started before, that comes first: one machine waits for it, not all.
  await timed('the template has started, and the first machine is a copy of it', () =>
    makeMachines(master, { ...request, name: 'first', count: 1, restart: 'never' }, signal),
  );
  const made = await timed(`${MACHINES} machines are made`, () =>
    makeMachines(master, { ...request, count: MACHINES, restart: 'on-failure' }, signal),
  );
  checkMade(made);
  await timed('each has answered on its console', () =>
    Promise.all(made.map((machine) => answers(stage, machine, 'echo sum-$((40+2))', 'sum-42'))),
  );
}

/** Where there is no QEMU: one machine, by the emulator that comes along. */
async function makeSlowly(stage: Stage, missing: string): Promise<void> {
  const { master, signal, memory } = stage;
  say(`\n  This machine has no QEMU: apt install qemu-system-x86 qemu-utils\n  (${missing})\n`);
  say('  So there is one machine instead, by v86: it boots for half a minute, or several.\n\n');
  const slow = { name: 'slow', count: 1, restart: 'never', paused: false } as const;
  const shape = { ...SHAPE, memory };
  const request = { ...slow, template: TEMPLATE, shape, backend: 'v86' } as const;
  const [made] = await timed('one machine has booted under v86', () =>
    makeMachines(master, request, signal),
  );
  if (!made || made.vtid === null) throw new MachinesFailedError(1, 1, made?.error ?? '');
  await timed('it has answered on its console', () =>
    answers(stage, made, 'echo sum-$((40+2))', 'sum-42'),
  );
  say(`\n${await page(stage)}\n`);
}

/** Suspends one and lets it go on on another node: it still knows what it was told. */
async function moveOne(stage: Stage): Promise<void> {
  const { master, nodes } = stage;
  const before = await master.find('vm-1');
  await answers(stage, before, 'KEPT=42; echo told-$KEPT', 'told-42');
  const other = nodes.find(({ id }) => id !== before.node);
  await timed('one is suspended into vStore', () =>
    master.ask('act', { name: 'vm-1', action: 'suspend', node: '' }, DONE_WITHIN_MS),
  );
  await timed('it goes on on another node', () =>
    master.ask('act', { name: 'vm-1', action: 'resume', node: other?.id }, DONE_WITHIN_MS),
  );
  await timed('and still knows what it was told', async () =>
    answers(stage, await master.find('vm-1'), 'echo knows-$KEPT', 'knows-42'),
  );
}

/** Moves one to another node while it counts: no number is missing, and none is said twice. */
async function migrateOne(stage: Stage): Promise<void> {
  const { client, master, signal } = stage;
  const before = await master.find('vm-2');
  const count = 'i=0; while :; do i=$((i+1)); echo n-$i; sleep .1; done &';
  await answers(stage, before, count, 'n-9');
  const { moved } = await timed('one that counts is moved to another node', () =>
    master.ask<{ moved?: Move }>(
      'act',
      { name: 'vm-2', action: 'migrate', node: '' },
      DONE_WITHIN_MS,
    ),
  );
  const now = await master.find('vm-2');
  await answers(stage, now, 'kill $!; echo counted-$((40+2))', 'counted-42');
  let said = '';
  for (const { vtid } of [before, now])
    for await (const { text } of logEntries(client, vtid!, { follow: false, signal }))
      said += Buffer.from(text).toString();
  const numbers = [...said.matchAll(/n-(\d+)\r?$/gm)].map(([, each]) => Number(each));
  const isWhole = numbers.every((each, at) => each === at + 1);
  if (!isWhole) throw new MachinesFailedError(1, 1, `vm-2 counted ${numbers.join(' ')}`);
  const still = formatDuration((moved?.downtimeUs ?? 0) / 1_000);
  say(`     it stood still for ${still}, and counted to ${numbers.length} without a gap\n`);
}

/** Kills a node without a word, one that does not keep the master: that one comes back too, but later. */
async function loseNode(stage: Stage): Promise<void> {
  const { master, client, signal, nodes } = stage;
  const [keeper] = (await client.nodes.list()).filter(({ standing }) => standing === 'self');
  const machines = await master.list();
  const masterNode = await master.node();
  const lost = nodes.find(({ id }) => id !== keeper?.id && id !== masterNode)!;
  const gone = machines.filter(({ node }) => node === lost.id);
  process.kill(lost.pid, 'SIGKILL');
  await timed(
    `${lost.name} was killed; its ${gone.length} machines run on the others`,
    async () => {
      for (;;) {
        const now = await master.list();
        const back = now.filter(
          ({ group, node }) => group === 'vm' && node !== null && node !== lost.id,
        );
        if (back.length === MACHINES) return;
        await sleep(LOOK_EVERY_MS, undefined, { signal });
      }
    },
  );
}

async function answers(
  { client, signal }: Stage,
  { name, vtid }: MachineInfo,
  words: string,
  until: string,
): Promise<void> {
  const said = vtid === null ? undefined : await talk(client, vtid, `${words}\n`, until, signal);
  if (said === undefined) throw new MachinesFailedError(1, 1, `${name} does not answer`);
}

async function page({ client, master }: Stage): Promise<string> {
  const machines = await master.list();
  const rows = (await client.hosts.list()).map((host) => [
    host.name,
    host.backends.join(' '),
    `${machines.filter(({ node }) => node === host.node).length}`,
    formatBytes(host.memoryUsed),
  ]);
  const columns = [
    { title: 'NODE' },
    { title: 'BACKEND' },
    { title: 'MACHINES', align: 'right' },
    { title: 'PROMISED', align: 'right' },
  ] as const;
  return table(columns, rows);
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  done(what, began);
  return result;
}

function done(what: string, began: number): void {
  say(step(what, performance.now() - began));
}

function say(text: string): void {
  process.stdout.write(text);
}
