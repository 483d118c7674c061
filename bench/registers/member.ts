// One node's registers, without a kernel: a process that swaps what it is told to, and ends with its channel.
import type { Logger } from '#kernel/logger.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { systemRandom } from '#kernel/system-random.ts';
import { networkFiles } from '#node/network-files.ts';
import { NodeFiles } from '#node/node-files.ts';
import { NodeRegisters } from '#node/registers/node-registers.ts';
import { createPeerNetwork } from '#p2p/peer-network.ts';
import { openNodeDisk } from '#services/vstore/disk/node-disk.ts';
import { swapping, type SwapFigures, type Swapping } from './swapping.ts';

export interface MemberInit {
  readonly name: string;
  readonly folder: string;
  readonly bootstrap: readonly string[];
  /** Empty for the first one. */
  readonly ticket: string;
}

/** What a member says: once it has joined, when it has changed the acceptors, and what swapping gave. */
export type FromMember =
  | {
      readonly kind: 'ready';
      readonly addresses: readonly string[];
      /** By which others join. */
      readonly ticket: string;
    }
  | { readonly kind: 'acceptors'; readonly count: number }
  | { readonly kind: 'swapped'; readonly figures: SwapFigures };

export type ToMember = { readonly init: MemberInit } | { readonly work: Swapping };

const tell = (said: FromMember): void => void process.send?.(said);

/** Passes on one line, which says how many acceptors there are since. */
const logger: Logger = {
  debug() {},
  info(_text, fields) {
    const acceptors = fields?.['acceptors'];
    if (Array.isArray(acceptors)) tell({ kind: 'acceptors', count: acceptors.length });
  },
  warn() {},
  error() {},
};

async function start({ name, folder, bootstrap, ticket }: MemberInit): Promise<NodeRegisters> {
  const clock = systemClock;
  const random = systemRandom;
  const disk = await openNodeDisk(folder, Date.now());
  const files = new NodeFiles(disk, folder);
  const network = await createPeerNetwork(
    {
      clock,
      random,
      logger,
      ...networkFiles(files),
    },
    { name, bootstrap, ticket },
  );
  const registers = await NodeRegisters.start({
    clock,
    random,
    logger,
    network,
    disk,
    files,
  });
  await network.whenReady(AbortSignal.timeout(60_000));
  const given = ticket === '' ? (await network.admission.createTicket({ uses: 16 })).text : ticket;
  tell({ kind: 'ready', addresses: network.addresses, ticket: given });
  return registers;
}

let starting: Promise<NodeRegisters> | undefined;
process.on('message', (message: ToMember) => {
  if ('init' in message) {
    starting = start(message.init);
    return;
  }
  void starting?.then(async (registers) => {
    const swap = async (key: string, version: number, value: Uint8Array): Promise<boolean> =>
      (await registers.swap(key, version, value)).written;
    tell({ kind: 'swapped', figures: await swapping(swap, message.work) });
  });
});
process.on('disconnect', () => process.exit());
