import type { Clock } from '#kernel/clock.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { ServiceBook } from '#node/services/service-book.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';
import type { NamedVtask } from '#posiv-wit/generated/p2p/registry.ts';

// How often a node tells the others what it holds.
const PUBLISH_EVERY_MS = 500;
const MAX_NAMED = 8_192;
// Of those with names: who has more of them, or longer names, has the others found by the registers alone. Else a tenant could
// make a record that is too large to be told.
const MAX_NAMED_BYTES = 1024 * 1024;
const NAMED_OVERHEAD_BYTES = 48; // what is around the strings of one, in its key and its value

export interface PublishingComponents {
  readonly network: Pick<PeerNetwork, 'publish'>;
  readonly kernel: Pick<Kernel, 'table' | 'lanes' | 'memoryLimit' | 'draining'>;
  readonly services: Pick<ServiceBook, 'all'>;
  readonly clock: Pick<Clock, 'after'>;
}

/** Publishes this node's record from time to time. Returns what stops it. */
export function publishing(
  { network, kernel, services, clock }: PublishingComponents,
  nodeName: string,
): () => void {
  let cancel: () => void;
  /** The same object for as long as the same is told of one: it is written and compared once then. */
  const told = new WeakMap<object, NamedVtask>();
  const publish = (): void => {
    const named: NamedVtask[] = [];
    let bytes = 0;
    for (const vtask of kernel.table.values()) {
      const { tenant, name, vtid, state, endedMs } = vtask;
      if (name === undefined || endedMs !== 0) continue;
      bytes += 2 * (tenant.length + name.length) + vtid.length + NAMED_OVERHEAD_BYTES;
      if (named.length === MAX_NAMED || bytes > MAX_NAMED_BYTES) break;
      const before = told.get(vtask);
      const now = before?.state === state ? before : { tenant, name, vtid, state };
      if (now !== before) told.set(vtask, now);
      named.push(now);
    }
    network.publish({
      name: nodeName,
      lanes: kernel.lanes,
      vtasks: kernel.table.living,
      memoryUsed: kernel.table.memoryBytes,
      memoryLimit: kernel.memoryLimit,
      named,
      services: services.all(),
      draining: kernel.draining,
    });
    cancel = clock.after(PUBLISH_EVERY_MS, publish);
  };
  publish();
  return () => cancel();
}
