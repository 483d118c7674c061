import { systemClock } from '#kernel/system-clock.ts';
import { systemRandom } from '#kernel/system-random.ts';
import type { HostResources, MachineComponents } from '#services/machine/components.ts';
import { quiet } from '#tests/support/quiet.ts';

const GIB = 2 ** 30;

/** A host with room for every machine. */
export const ROOMY: HostResources = {
  memory: async () => ({ total: 16 * GIB, available: 16 * GIB, others: 0 }),
  promise: async () => {},
  diskFree: async () => 100 * GIB,
  load: () => 0,
};

function none(): never {
  throw new Error('there is no other node');
}

/** What a driver is given on a node that knows no other, and has room for every machine. */
export function driverComponents(
  given: Pick<MachineComponents, 'agents' | 'blobs'> & Partial<MachineComponents>,
): MachineComponents {
  return {
    clock: systemClock,
    random: systemRandom,
    logger: quiet,
    peers: { self: 'alone', write: none, read: none, calls: none },
    linkPeers: { others: () => new Set(), carry: async () => false },
    resources: ROOMY,
    ...given,
  };
}
