import { setTimeout as sleep } from 'node:timers/promises';
import type { Backend } from '#posiv-wit/generated/machine.ts';
import type { NodeChoice } from '../control-target.ts';
import { MachinesFailedError } from '../errors.ts';
import { openProgress } from '../output/progress.ts';
import { json } from '../output/table.ts';
import { formatDuration } from '../output/units.ts';
import type { MachineInfo, MachineMaster } from './master.ts';
import { networksOf, type NetworkOptions, type Networks } from './networks.ts';
import { memoryOf } from './template/stored-template.ts';
import { withMaster } from './with-master.ts';

// A bar that moves as one looks at it.
const ASK_EVERY_MS = 200;
const DISK_BYTES = 2 * 2 ** 30;

export interface CreateOptions extends NodeChoice, NetworkOptions {
  readonly count: number;
  readonly template: string;
  readonly memory?: number;
  readonly disk?: number;
  readonly cpus: number;
  readonly restart: 'never' | 'on-failure';
  readonly paused?: boolean;
  readonly snapshotEvery?: number;
  readonly backend?: Backend;
  readonly json?: boolean;
}

/** What the master is asked for; services/machine/README.md. */
interface CreateRequest {
  readonly name: string;
  readonly count: number;
  readonly template: string;
  readonly shape: { readonly memory: number; readonly processors: number; readonly disk: number };
  readonly restart: 'never' | 'on-failure';
  readonly paused: boolean;
  /** Seconds. */
  readonly snapshotEvery?: number;
  /** Null: any of QEMU. */
  readonly backend: Backend | null;
  readonly networks?: Networks;
}

/** `vstar machine create`: one that fails does not stop the others. */
export async function createMachines(name: string, options: CreateOptions): Promise<void> {
  const { count, template, disk = DISK_BYTES, cpus, restart } = options;
  const networks = networksOf(options);
  await withMaster(options, async (master, client, signal) => {
    const started = performance.now();
    const memory = options.memory ?? (await memoryOf(client, template));
    const shape = { memory, processors: cpus, disk };
    const paused = options.paused ?? false;
    const snapshotEvery = Math.ceil((options.snapshotEvery ?? 0) / 1_000);
    const { backend = null } = options;
    const wish = { restart, paused, snapshotEvery, backend, networks };
    const request = { name, count, template, shape, ...wish };
    const made = await makeMachines(master, request, signal);
    const there = made.filter(({ vtid }) => vtid !== null).length;
    if (options.json) process.stdout.write(json(made));
    else
      process.stderr.write(`${there} machines in ${formatDuration(performance.now() - started)}\n`);
    checkMade(made);
  });
}

/** @throws {machines-failed} some of them are not there */
export function checkMade(made: readonly MachineInfo[]): void {
  const failed = made.filter(({ vtid }) => vtid === null);
  const [first] = failed;
  if (first) throw new MachinesFailedError(failed.length, made.length, first.error ?? first.state);
}

/** Makes machines, and shows how far they are. @returns what became of each */
export async function makeMachines(
  master: MachineMaster,
  request: CreateRequest,
  signal: AbortSignal,
): Promise<readonly MachineInfo[]> {
  const { names } = await master.ask<{ names: string[] }>('create', request);
  return untilMade(master, { group: request.name, count: names.length }, signal);
}

/** Shows how far the machines of a group are that are being made, until each is there or has failed. */
export async function untilMade(
  master: MachineMaster,
  { group, count }: { readonly group: string; readonly count: number },
  signal: AbortSignal,
): Promise<readonly MachineInfo[]> {
  const bar = openProgress({ label: 'machines' });
  try {
    for (;;) {
      signal.throwIfAborted();
      const { all, making, failed } = await master.count(group);
      bar.update(all - making, count, failed > 0 ? `${failed} failed` : '');
      if (making === 0) return await master.list({ group });
      await sleep(ASK_EVERY_MS, undefined, { signal });
    }
  } finally {
    bar.stop();
  }
}
