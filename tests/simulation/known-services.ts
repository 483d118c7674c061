import { serviceKey } from '#p2p/registry/service-entry.ts';
import type { Service } from '#posiv-wit/generated/p2p/registry.ts';
import type { Machine } from './world/machine.ts';

/** Which nodes know other services of another one than that says of itself. */
export function misknownServices(machines: readonly Machine[]): string[] {
  const nodes = machines.flatMap(({ name, node }) => (node ? [{ name, node }] : []));
  return nodes.flatMap(({ name, node }) =>
    nodes.flatMap((other) => {
      const member = node.network.members().find(({ id }) => id === other.node.network.self);
      const [known, told] = [member?.record?.services ?? [], other.node.services.all()].map(text);
      return known === told ? [] : [`${name} knows of ${other.name}: ${known}, and not ${told}`];
    }),
  );
}

function text(services: readonly Service[]): string {
  const all = services.map((each) => `${serviceKey(each)} since ${each.sinceMs} ${each.standing}`);
  return all.toSorted().join(', ');
}
