import { serviceKey } from '#p2p/registry/service-entry.ts';
import type { NodeRecord } from '#p2p/registry/record.ts';
import type { Machine } from './world/machine.ts';
import type { SimulatedNode } from './world/simulated-node.ts';

/** Which nodes know other services, or vTasks with a name, of another one than that says of itself. */
export function misknownRecords(machines: readonly Machine[]): string[] {
  const nodes = machines.flatMap(({ name, node }) => (node ? [{ name, node }] : []));
  return nodes.flatMap(({ name, node }) =>
    nodes.flatMap((other) => {
      const { self } = other.node.network;
      const [known, told] = [recordAt(node, self), recordAt(other.node, self)];
      return known === told ? [] : [`${name} knows of ${other.name}: ${known}, and not ${told}`];
    }),
  );
}

function recordAt({ network }: SimulatedNode, id: string): string {
  const member = network.members().find((each) => each.id === id);
  return member?.record ? text(member.record) : 'nothing';
}

function text({ services = [], named }: NodeRecord): string {
  const all = [
    ...services.map((each) => `${serviceKey(each)} since ${each.sinceMs} ${each.standing}`),
    ...named.map(({ tenant, name, vtid, state }) => `${tenant}/${name}: ${vtid} ${state}`),
  ];
  return all.toSorted().join(', ');
}
