import type { LaneView, NodeLoad, Scheduling } from '#posiv-wit/generated/managers.ts';

/** Which lane runs a vTask: the one with the fewest, then the one that holds least memory. */
export function assign(view: readonly LaneView[], _memory: number): number | undefined {
  return view.toSorted(
    (a, b) => a.vtasks - b.vtasks || a.memoryUsed - b.memoryUsed || a.lane - b.lane,
  )[0]?.lane;
}

/** Slices of 2 ms: a switch costs a thousandth of it. Who is given no weight has 100, so that others may have less. */
export function schedule(_load: NodeLoad): Scheduling {
  return { sliceUs: 2_000, defaultWeight: 100 };
}
