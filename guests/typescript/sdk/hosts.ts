// What nodes have for machines: what a vTask's module imports as 'vstar/hosts'. Asks for the grant posiv:machine/hosts.
import { list, place } from 'posiv:machine/hosts@0.1.0';
import type { Backend, Host, Shape } from 'posiv:machine/types@0.1.0';

export type { Backend, Host, Shape };

/** Every node that answers, by name. */
export function hosts(): Host[] {
  return list();
}

/** The ids of the nodes to try for a machine of this shape, the best first. @param backend none: any of QEMU */
export function placesFor(shape: Shape, backend?: Backend): string[] {
  return place(shape, backend);
}
