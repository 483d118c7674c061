import type { Kernel } from '#kernel/kernel.ts';
import type { Strategies } from '#kernel/strategies.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';
import type { Host, HostsCalls } from '#posiv-wit/generated/machine.ts';
import { promisedBytes, suits } from '#services/machine/backends/kinds.ts';

export interface HostCallsComponents {
  readonly kernel: Kernel;
  readonly network: PeerNetwork;
  readonly strategies: Strategies;
  /** What this node has for machines. */
  readonly report: () => Promise<Host>;
}

/** `posiv:machine/hosts`: asks the nodes, and the Resource Manager which of them are to be tried. */
export function hostCalls({
  kernel,
  network,
  strategies,
  report,
}: HostCallsComponents): HostsCalls {
  const ask = async (node: string): Promise<Host[]> => {
    try {
      return [(await kernel.peerCalls.call(node, 'posiv:wire/machines@0.1.0#report', [])) as Host];
    } catch {
      return []; // it does not answer, which is told by `posiv:cluster/nodes`
    }
  };
  const list = async (): Promise<readonly Host[]> => {
    const others = network
      .members()
      .filter(({ id, connected }) => connected && id !== network.self);
    const found = await Promise.all([
      report().then((host) => [host]),
      ...others.map(({ id }) => ask(id)),
    ]);
    return found.flat().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  };
  return {
    list,
    async place({ memory }, backend) {
      const bytes = promisedBytes(memory, backend);
      const hosts = new Map((await list()).map((host) => [host.node, host]));
      // The managers' view of the nodes, with what these have for machines in place of what they have for vTasks.
      const view = kernel.placeable().flatMap((node) => {
        const host = hosts.get(node.id);
        if (!host || !suits(host.backends, backend) || host.diskFree === 0) return [];
        const { machines, memoryUsed, memoryLimit } = host;
        if (memoryLimit - memoryUsed < bytes) return [];
        return [{ ...node, vtasks: machines, memoryUsed, memoryLimit }];
      });
      return strategies.resource.place(view, { memory, near: [] });
    },
  };
}
