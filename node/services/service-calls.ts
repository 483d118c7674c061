import type { Caller } from '#kernel/dispatcher.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import type { NodeLives } from '#node/node-lives.ts';
import type { ServiceBook } from '#node/services/service-book.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';
import type { ServiceInstance, ServicesCalls } from '#posiv-wit/generated/cluster.ts';
import type { Service } from '#posiv-wit/generated/p2p/registry.ts';
import { err } from '#posiv-wit/result.ts';

export interface ServiceCallsComponents {
  readonly kernel: Kernel;
  readonly network: Pick<PeerNetwork, 'members'>;
  readonly lives: Pick<NodeLives, 'isLost'>;
  /** Of this node. */
  readonly services: ServiceBook;
}

/** `posiv:cluster/services`, for one who calls: what nodes tell of themselves, but for those that are lost. */
export function serviceCalls(
  { kernel, network, lives, services }: ServiceCallsComponents,
  { vtid, tenant, node: from }: Caller,
): ServicesCalls {
  if (from !== undefined) throw new Error('a vTask tells of itself, and asks, at its own node');

  function* instances(): Generator<ServiceInstance> {
    for (const { id, standing, revoked, record, recordLife = 0 } of network.members()) {
      const isOwn = standing === 'self';
      if (!isOwn && (revoked || standing === 'left' || lives.isLost(id, recordLife))) continue;
      // What this node tells of itself comes later.
      for (const service of isOwn ? services.all() : (record?.services ?? [])) {
        if (service.vtask !== undefined && service.vtask[1] !== tenant) continue;
        yield instanceOf(service, id, standing === 'unreachable');
      }
    }
  }

  return {
    list: () => [...instances()].toSorted(byName),
    publish(description) {
      const vtask = kernel.table.get(vtid);
      if (vtask === undefined || hasEnded(vtask.state))
        return err({ tag: 'refused', val: 'the caller has ended' });
      return services.publish({ vtid, tenant }, description);
    },
    withdraw: (name, kept) => services.withdraw({ vtid, tenant }, name, kept),
  };
}

function instanceOf(service: Service, node: string, isUnreachable: boolean): ServiceInstance {
  const { name, version, interface: kept, standing, sinceMs, vtask } = service;
  const state = isUnreachable ? 'unreachable' : standing;
  return { name, version, interface: kept, state, sinceMs, node, vtask: vtask?.[0] };
}

function byName(one: ServiceInstance, other: ServiceInstance): number {
  const [a, b] = [one, other].map((each) => `${each.name} ${each.interface} ${each.node}`);
  return a! < b! ? -1 : 1;
}
