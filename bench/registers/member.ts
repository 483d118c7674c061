// One node's registers, without a kernel: a process that swaps what it is told to, and ends with its channel.
import { systemClock } from '#kernel/system-clock.ts';
import { systemRandom } from '#kernel/system-random.ts';
import { networkFiles } from '#node/network-files.ts';
import { NodeFiles } from '#node/node-files.ts';
import { NodeRegisters } from '#node/registers/node-registers.ts';
import { createPeerNetwork } from '#p2p/peer-network.ts';
import { openNodeDisk } from '#services/vstore/disk/node-disk.ts';
import { swapping, type Swapping } from './swapping.ts';

export interface MemberInit {
  readonly name: string;
  readonly folder: string;
  readonly bootstrap: readonly string[];
  /** Empty for the first one. */
  readonly ticket: string;
}

/** What a member says once it has joined. */
export interface MemberReady {
  readonly addresses: readonly string[];
  /** By which others join. */
  readonly ticket: string;
}

export type ToMember = { readonly init: MemberInit } | { readonly work: Swapping };

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

async function start({ name, folder, bootstrap, ticket }: MemberInit): Promise<NodeRegisters> {
  const clock = systemClock;
  const random = systemRandom;
  const disk = await openNodeDisk(folder, Date.now());
  const files = new NodeFiles(disk, folder);
  const network = await createPeerNetwork(
    {
      clock,
      random,
      logger: quiet,
      ...networkFiles(files),
    },
    { name, bootstrap, ticket },
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
  const given = ticket === '' ? (await network.admission.createTicket({ uses: 16 })).text : ticket;
  const ready: MemberReady = { addresses: network.addresses, ticket: given };
  process.send?.(ready);
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
    while (!registers.bearsLoss) await new Promise((resolve) => setTimeout(resolve, 50));
    const swap = async (key: string, version: number, value: Uint8Array): Promise<boolean> =>
      (await registers.swap(key, version, value)).written;
    process.send?.(await swapping(swap, message.work));
  });
});
process.on('disconnect', () => process.exit());
