import { decode, encode } from 'cborg';
import type { Stats } from '#posiv-wit/generated/machine.ts';
import { answer } from '../answer.ts';
import type { NodeChoice } from '../control-target.ts';
import { json } from '../output/table.ts';
import { formatBytes, formatCount, formatDuration } from '../output/units.ts';
import { noMachine, withMachines } from './with-master.ts';

const ANSWER_WITHIN_MS = 10_000;

/** `vstar machine info`. */
export async function describeMachine(
  name: string,
  options: NodeChoice & { readonly json?: boolean },
): Promise<void> {
  const { machine, stats } = await withMachines(
    options,
    async (master, client) => {
      const found = await master.find(name);
      if (found.vtid === null) return { machine: found, stats: null };
      const asked = client.ipc.rpc(found.vtid, 'stats', ANSWER_WITHIN_MS, encode({}));
      return { machine: found, stats: decode(await answer(name, asked)) as Stats };
    },
    noMachine(name),
  );
  if (options.json) {
    process.stdout.write(json({ ...machine, stats }));
    return;
  }
  const lines: [string, string | null][] = [
    ['name', machine.name],
    ['state', stats?.state ?? machine.state],
    ['error', machine.error],
    ['template', machine.template],
    ['node', machine.node],
    ['agent', machine.vtid],
    ['processors', `${machine.processors}`],
    [
      'memory',
      `${formatBytes(machine.memory)}${stats ? `, ${formatBytes(stats.memoryUsed)} of the host` : ''}`,
    ],
    [
      'disk',
      `${formatBytes(machine.disk)}${stats ? `, ${formatBytes(stats.diskUsed)} of the host` : ''}`,
    ],
    ['backend', stats?.backend ?? null],
    ['made in', stats && formatDuration(stats.createMs)],
    ['processor time', stats && formatDuration(stats.cpuUs / 1_000)],
    ['read', stats && formatBytes(stats.diskRead)],
    ['written', stats && formatBytes(stats.diskWritten)],
    ['stood still', stats?.moved ? formatDuration(stats.moved.downtimeUs / 1_000) : null],
    ['image fetched', stats && stats.imageFetched > 0 ? formatBytes(stats.imageFetched) : null],
    ...machine.networks.map(({ network, address }): [string, string] => [network, address]),
    ...(stats && machine.networks.length > 0 ? traffic(stats) : []),
  ];
  for (const [title, value] of lines)
    if (value !== null) process.stdout.write(`${title.padEnd(16)}${value}\n`);
}

function traffic({ netReceived, netSent, netDropped }: Stats): [string, string][] {
  return [
    ['received', formatBytes(netReceived)],
    ['sent', formatBytes(netSent)],
    ['dropped', `${formatCount(netDropped)} frames`],
  ];
}
