import { isNodeId, type NodeId } from '../node-id.ts';

const PREFIX = 'circuit:';

/** Where a node is reached by way of another. Understood by this node alone: what others announce is dialled directly. */
export function circuitAddress(relay: NodeId, node: NodeId): string {
  return `${PREFIX}${relay}/${node}`;
}

/** Undefined where it is another kind of address. */
export function parseCircuitAddress(
  address: string,
): { readonly relay: NodeId; readonly node: NodeId } | undefined {
  if (!address.startsWith(PREFIX)) return undefined;
  const [relay = '', node = ''] = address.slice(PREFIX.length).split('/');
  return isNodeId(relay) && isNodeId(node) ? { relay, node } : undefined;
}
