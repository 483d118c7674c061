import type { NodeView, Placement } from '#posiv-wit/generated/managers.ts';

/**
 * Where a vTask goes: to the reachable nodes, those that it had better be near first, else the one whose lanes are
 * least busy, then the one with most memory free.
 */
export function place(view: readonly NodeView[], request: Placement): readonly string[] {
  const rank = new Map(request.near.map((id, index) => [id, index]));
  return view
    .filter((node) => node.reachable)
    .toSorted(
      (a, b) =>
        (rank.get(a.id) ?? rank.size) - (rank.get(b.id) ?? rank.size) ||
        crowd(a) - crowd(b) ||
        free(b) - free(a) ||
        (a.id < b.id ? -1 : 1),
    )
    .map((node) => node.id);
}

function crowd({ vtasks, pending, lanes }: NodeView): number {
  return (vtasks + pending) / Math.max(1, lanes);
}

function free({ memoryLimit, memoryUsed }: NodeView): number {
  return memoryLimit - memoryUsed;
}
