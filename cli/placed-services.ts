import type { PosivClient } from '#node/control/client.ts';
import type { ServiceInstance } from '#posiv-wit/generated/cluster.ts';

export interface PlacedService extends ServiceInstance {
  /** The id of a node that is not known by name. */
  readonly nodeName: string;
}

/** The meta services of all nodes, as these last told of them. */
export async function placedServices({
  services,
  nodes,
}: Pick<PosivClient, 'services' | 'nodes'>): Promise<readonly PlacedService[]> {
  const [instances, all] = await Promise.all([services.list(), nodes.list()]);
  const names = new Map(all.map(({ id, name }) => [id, name]));
  return instances.map((each) => ({ ...each, nodeName: names.get(each.node) ?? each.node }));
}
