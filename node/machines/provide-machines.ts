import { join } from 'node:path';
import type { NodeGroups } from '#kernel/cgroup/node-groups.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Logger } from '#kernel/logger.ts';
import type { Random } from '#kernel/random.ts';
import type { Strategies } from '#kernel/strategies.ts';
import { DEFAULT_TENANT } from '#kernel/tenants.ts';
import type { ComposedNode } from '#node/compose-node.ts';
import type { NodeConfig } from '#node/config.ts';
import { hostCalls } from '#node/machines/host-calls.ts';
import { LocalResources } from '#node/machines/host-resources.ts';
import type { Host } from '#posiv-wit/generated/machine.ts';
import type { Agents, MachinePeers } from '#services/machine/components.ts';
import type { MachinesCalls } from '#posiv-wit/generated/wire.ts';
import { MachineDriver } from '#services/machine/driver/machine-driver.ts';
import type { LinkPeers } from '#services/machine/network/links.ts';

export interface ProvideMachinesComponents {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly strategies: Strategies;
  readonly node: ComposedNode;
  /** Where programs are looked for, as PATH has it. */
  readonly path: string;
  readonly groups: NodeGroups | undefined;
}

/** Gives a node the driver of machines: `posiv:machine`, for its vTasks and for other nodes. */
export async function provideMachines(
  { clock, random, logger, strategies, node, path, groups }: ProvideMachinesComponents,
  { name, dataDir, cacheDir }: Pick<NodeConfig, 'name' | 'dataDir' | 'cacheDir'>,
): Promise<MachineDriver> {
  const { kernel, network, services, store, streams } = node;
  /** Asked for with each frame that is for all. */
  const connected = new Set<string>();
  const driver = await MachineDriver.open(
    {
      clock,
      random,
      logger,
      groups: groups && {
        weighs: groups.weighs,
        machine: (tenant, bounds) =>
          groups.machine(tenant, bounds, kernel.components.tenants.quotaOf(tenant)?.cpuWeight),
      },
      peers: {
        self: network.self,
        write: (stream) => streams.write(stream),
        read: (from, stream, signal) => streams.read(from, stream, signal),
        calls: (other, tenant) => wireCalls(kernel, other, tenant),
      },
      agents: agentsOf(kernel),
      resources: new LocalResources(cacheDir),
      linkPeers: linkPeers(kernel, connected),
      blobs: (agent) => store.callsFor(agent).blobs,
    },
    { folder: join(dataDir, 'machines'), cacheDir, path },
  );
  node.followEnds((vtid) => driver.agentEnded(vtid));
  const report = async (): Promise<Host> => ({
    node: network.self,
    name,
    ...(await driver.report()),
  });
  const { dispatcher } = kernel;
  dispatcher.provide('posiv:machine/hypervisor@0.1.0', (caller) => {
    if (caller.node !== undefined) throw new Error('a machine is on the node of its agent');
    return driver.callsFor(caller);
  });
  dispatcher.provide('posiv:machine/hosts@0.1.0', () =>
    hostCalls({ kernel, network, strategies, report }),
  );
  services.carriesOut(
    'machine-driver',
    'posiv:machine/hypervisor@0.1.0',
    'posiv:machine/hosts@0.1.0',
  );
  dispatcher.provide('posiv:wire/machines@0.1.0', (caller) => {
    const from = caller.node;
    if (from === undefined) throw new Error('posiv:wire is for nodes alone');
    const carry: MachinesCalls['carry'] = (tenant, link, frames) =>
      driver.carried(from, tenant, link, frames);
    return { report, carry, ...driver.callsOf(from, caller.tenant) };
  });
  network.listen({
    onFrame() {},
    onUp: (other) => connected.add(other),
    onDown(other) {
      connected.delete(other);
      driver.nodeDown(other);
    },
    onRecord() {},
    onMember() {},
  });
  return driver;
}

function wireCalls(
  { peerCalls }: Kernel,
  node: string,
  tenant: string,
): ReturnType<MachinePeers['calls']> {
  const call = async <T>(method: string, ...params: readonly unknown[]): Promise<T> =>
    (await peerCalls.call(node, `posiv:wire/machines@0.1.0#${method}`, params, {
      vtid: '',
      tenant,
    })) as T;
  return {
    give: (token, taker) => call('give', token, taker),
    taken: (token) => call('taken', token),
    givenUp: (token) => call('given-up', token),
  };
}

function linkPeers({ peerCalls }: Kernel, connected: ReadonlySet<string>): LinkPeers {
  return {
    others: () => connected,
    carry: async (node, ...params) =>
      (await peerCalls.call(node, 'posiv:wire/machines@0.1.0#carry', params)) as boolean,
  };
}

function agentsOf(kernel: Kernel): Agents {
  return {
    said: ({ vtid }, bytes) => kernel.logs.say(vtid, 'output', bytes),
    end({ vtid }, reason) {
      const vtask = kernel.table.get(vtid);
      // A program outside that made a machine goes on without it.
      if (vtask && vtask.program !== '') void kernel.end(vtask, reason);
    },
    memoryOf: (tenant) =>
      tenant === DEFAULT_TENANT
        ? Number.POSITIVE_INFINITY
        : (kernel.components.tenants.quotaOf(tenant)?.memoryBytes ?? 0),
  };
}
