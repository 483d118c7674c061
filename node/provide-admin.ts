import type { NodeGroups } from '#kernel/cgroup/node-groups.ts';
import type { Caller } from '#kernel/dispatcher.ts';
import { admissionCalls } from '#node/admission-calls.ts';
import type { ComposedNode } from '#node/compose-node.ts';
import { drainCalls } from '#node/draining/drain-calls.ts';
import type { KeptManagers } from '#node/managers/kept-managers.ts';
import { managerCalls, wireManagerCalls } from '#node/managers/manager-calls.ts';
import { registerCalls } from '#node/registers/register-calls.ts';
import { tenantCalls } from '#node/tenants/tenant-calls.ts';
import { forNodes, forThisNode } from '#node/who-may-call.ts';
import type { Metric } from '#posiv-wit/generated/admin.ts';

export interface AdminComponents {
  readonly node: ComposedNode;
  readonly managers: KeptManagers;
  readonly metrics: () => Metric[];
  /** Closes the connections of a tenant. */
  readonly disconnect: (tenant: string) => void;
  readonly groups: NodeGroups | undefined;
}

/** What the owner of a node may do, `posiv:admin`, and what of it other nodes ask for theirs. */
export function provideAdmin(components: AdminComponents): void {
  const { node, managers, metrics, disconnect, groups } = components;
  const { kernel, network, store, registers, tenants, images } = node;
  const { holdings } = store;
  const swapping = { kernel, managers, images };
  const admin: Readonly<Record<string, (caller: Caller) => object>> = {
    tenants: always(tenantCalls({ kernel, book: tenants, holdings, disconnect, groups })),
    admission: always(admissionCalls(network.admission)),
    registers: always(registerCalls({ registers, network, store })),
    draining: always(drainCalls(kernel, node.draining)),
    managers: ({ tenant }) => managerCalls(swapping, tenant),
    metrics: always({ read: metrics }),
  };
  for (const [name, calls] of Object.entries(admin))
    kernel.dispatcher.provide(`posiv:admin/${name}@0.1.0`, forThisNode(calls));
  kernel.dispatcher.provide('posiv:wire/managers@0.1.0', forNodes(wireManagerCalls(swapping)));
}

function always(calls: object): (caller: Caller) => object {
  return () => calls;
}
