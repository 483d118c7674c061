import type { Spec } from 'vstar/hypervisor';
import type { Group, Machine } from './book.ts';
import { cardsOf, NO_NETWORKS } from './networks.ts';

/** What there is to be made of a machine of a group. */
export function specOf(
  { template, shape, backend, networks = NO_NETWORKS }: Group,
  { name, number = 0 }: Machine,
  { from, paused }: Pick<Spec, 'from' | 'paused'>,
): Spec {
  const { bandwidth } = networks;
  const cards = cardsOf(networks, number);
  return { name, template, shape, backend, cards, bandwidth, from, paused };
}
