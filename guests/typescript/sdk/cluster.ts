// The cluster in TypeScript: what a vTask's module imports as 'vstar/cluster'. Asks for the grant posiv:cluster.
import { list } from 'posiv:cluster/nodes@0.1.0';
import type { Node } from 'posiv:cluster/nodes@0.1.0';

export type { Node };

/** Every node that is known, by name. */
export function nodes(): Node[] {
  return list();
}
