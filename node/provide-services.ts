import type { Caller } from '#kernel/dispatcher.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { clusterCalls } from '#node/cluster-calls.ts';
import { wireDrainCalls } from '#node/draining/drain-calls.ts';
import type { Draining } from '#node/draining/draining.ts';
import type { NodeLives } from '#node/node-lives.ts';
import type { NodeRegisters } from '#node/registers/node-registers.ts';
import type { ScratchAccounts } from '#node/scratch-accounts.ts';
import type { ServiceBook } from '#node/services/service-book.ts';
import { serviceCalls } from '#node/services/service-calls.ts';
import { tenantFiles } from '#node/tenants/tenant-files.ts';
import { forNodes } from '#node/who-may-call.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';
import type { BlobsCalls } from '#posiv-wit/generated/vstore.ts';
import type { VStore } from '#services/vstore/vstore.ts';

export interface ServiceComponents {
  readonly kernel: Kernel;
  readonly store: VStore;
  readonly network: PeerNetwork;
  readonly registers: NodeRegisters;
  readonly scratch: ScratchAccounts;
  readonly draining: Draining;
  readonly lives: NodeLives;
  readonly services: ServiceBook;
}

/** The interfaces that a node carries out itself, for its vTasks and for other nodes. */
export function provideServices({
  kernel,
  store,
  network,
  registers,
  scratch,
  draining,
  lives,
  services,
}: ServiceComponents): void {
  const { dispatcher } = kernel;
  dispatcher.provide('posiv:vstore/files@0.1.0', (caller) =>
    tenantFiles(store.callsFor(caller).files, caller.tenant),
  );
  dispatcher.provide(
    'posiv:vstore/blobs@0.1.0',
    (caller) => lending(store, caller, scratch.limited(store.callsFor(caller).blobs, caller.vtid)),
    (result) => giveBack(store, result),
  );
  dispatcher.provide('posiv:cluster/nodes@0.1.0', () => clusterCalls(network, kernel, registers));
  dispatcher.provide('posiv:cluster/services@0.1.0', (caller) =>
    serviceCalls({ kernel, network, lives, services }, caller),
  );
  services.carriesOut('vstore', 'posiv:vstore/files@0.1.0', 'posiv:vstore/blobs@0.1.0');
  services.carriesOut('cluster', 'posiv:cluster/nodes@0.1.0', 'posiv:cluster/services@0.1.0');
  dispatcher.provide('posiv:wire/draining@0.1.0', forNodes(wireDrainCalls(draining)));
  dispatcher.provide('posiv:wire/store@0.1.0', forNodes(scratch.followed(store.peerCalls)));
}

/** The calls of a vTask whose lane may be able to read a chunk by itself. */
function lending(store: VStore, { readsFiles, vtid }: Caller, blobs: BlobsCalls): object {
  if (!readsFiles) return blobs;
  return {
    ...blobs,
    // Whatever is wrong is for the store's own read to say.
    read: async (blob: string, offset: number, size: number): Promise<unknown> =>
      (await store.lend(vtid, blob, offset, size).catch(() => undefined)) ??
      blobs.read(blob, offset, size),
  };
}

/** Lets vStore use the memory of what it gave again. */
function giveBack(store: VStore, result: unknown): void {
  const { value } = result as { readonly value?: unknown };
  if (value instanceof Uint8Array) store.spent(value);
}
