import type { Candidate } from '#posiv-wit/generated/managers.ts';

/** Who serves: the node itself, then of the reachable ones the least busy and the nearest. */
export function rank(candidates: readonly Candidate[]): readonly number[] {
  return candidates
    .map((candidate, index) => ({ ...candidate, index }))
    .filter(({ local, reachable }) => local || reachable)
    .toSorted(
      (a, b) =>
        Number(b.local) - Number(a.local) ||
        a.outstanding - b.outstanding ||
        a.roundTripUs - b.roundTripUs ||
        a.index - b.index,
    )
    .map(({ index }) => index);
}
