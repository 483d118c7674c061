import type { NodeView, Stripe } from '#posiv-wit/generated/managers.ts';

/** Where a stripe goes: the reachable nodes in turn, each blob beginning at another one. */
export function keep(view: readonly NodeView[], { index, seed }: Stripe): readonly string[] {
  const nodes = view
    .filter(({ reachable }) => reachable)
    .map(({ id }) => id)
    .toSorted();
  if (nodes.length === 0) return [];
  const first = (seed + index) % nodes.length;
  return [...nodes.slice(first), ...nodes.slice(0, first)];
}
