import type { LaneView } from '#posiv-wit/generated/managers.ts';

/** Which lane runs a vTask: the one with the fewest, then the one that holds least memory. */
export function assign(view: readonly LaneView[], _memory: number): number | undefined {
  return view.toSorted(
    (a, b) => a.vtasks - b.vtasks || a.memoryUsed - b.memoryUsed || a.lane - b.lane,
  )[0]?.lane;
}
