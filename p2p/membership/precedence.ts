import type { Standing, Statement } from '#posiv-wit/generated/p2p/membership.ts';

const RANK: { readonly [tag in Standing['tag']]: number } = {
  alive: 0,
  suspect: 1,
  unreachable: 2,
  left: 3,
};

/** What orders statements on one node. */
export interface Counts {
  readonly incarnation: number;
  readonly refutations: number;
}

/** Below 0 if `a` is older, 0 if both are of the same life and as often refuted. */
export function compareCounts(a: Counts, b: Counts): number {
  return a.incarnation - b.incarnation || a.refutations - b.refutations;
}

/**
 * Whether `a` replaces `b`, on the same node. The order is total but for suspicions of different accusers, so that whoever
 * has heard the same statements, in whichever order, holds the same.
 */
export function supersedes(
  a: Pick<Statement, 'incarnation' | 'refutations' | 'standing'>,
  b: Pick<Statement, 'incarnation' | 'refutations' | 'standing'>,
): boolean {
  const order = compareCounts(a, b);
  return order > 0 || (order === 0 && RANK[a.standing.tag] > RANK[b.standing.tag]);
}
