// One node's registers, without a kernel: a process that swaps what it is told to, and ends with its channel.
import { systemClock } from '#kernel/system-clock.ts';
import { systemRandom } from '#kernel/system-random.ts';
import { NodeFiles } from '#node/node-files.ts';
import { NodeRegisters } from '#node/registers/node-registers.ts';
import { createPeerNetwork } from '#p2p/peer-network.ts';
import { openNodeDisk } from '#services/vstore/disk/node-disk.ts';
import { swapping, type Swapping } from './swapping.ts';

export interface MemberInit {
  readonly name: string;
  readonly folder: string;
  readonly bootstrap: readonly string[];
}

export type ToMember = { readonly init: MemberInit } | { readonly work: Swapping };

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

async function start({ name, folder, bootstrap }: MemberInit): Promise<NodeRegisters> {
  const clock = systemClock;
  const random = systemRandom;
  const disk = await openNodeDisk(folder, Date.now());
  const files = new NodeFiles(disk, folder);
  const network = await createPeerNetwork(
    {
      clock,
      random,
      logger: quiet,
      roster: {
        load: async () => (await files.readJson('roster.json')) ?? [],
        save: (entries) => files.writeJson('roster.json', entries),
      },
      identity: {
        load: () => files.read('identity.key'),
        save: (bytes) => files.write('identity.key', bytes),
        loadIncarnation: async () => (await files.readJson<number>('incarnation.json')) ?? 0,
        saveIncarnation: (count) => files.writeJson('incarnation.json', count),
      },
    },
    { name, bootstrap },
  );
  const registers = await NodeRegisters.start({
    clock,
    random,
    logger: quiet,
    network,
    disk,
    files,
  });
  await network.whenReady(AbortSignal.timeout(60_000));
  process.send?.({ addresses: network.addresses });
  return registers;
}

let starting: Promise<NodeRegisters> | undefined;
process.on('message', (message: ToMember) => {
  if ('init' in message) {
    starting = start(message.init);
    return;
  }
  void starting?.then(async (registers) => {
    // While there are fewer acceptors it would be another figure.
    while (registers.acceptors < 3) await new Promise((resolve) => setTimeout(resolve, 50));
    const swap = async (key: string, version: number, value: Uint8Array): Promise<boolean> =>
      (await registers.swap(key, version, value)).written;
    process.send?.(await swapping(swap, message.work));
  });
});
process.on('disconnect', () => process.exit());
