import { groupDigests, isInGroups } from '../group-digests.ts';
import { compareCounts, supersedes } from './precedence.ts';
import type { Statement } from '#posiv-wit/generated/p2p/membership.ts';

/** Digests of all that a node holds. A suspicion does not count: it is over before it could be repaired. */
export function digestsOf(statements: Iterable<Statement>): Uint8Array {
  return groupDigests(
    Array.from(statements, ({ node, incarnation, refutations, standing }) => {
      const rank = standing.tag === 'suspect' ? 'alive' : standing.tag;
      return [node, `${incarnation}/${refutations}/${rank}`] as const;
    }),
  );
}

export function inGroups(statements: Iterable<Statement>, groups: number): Statement[] {
  return [...statements].filter(({ node }) => isInGroups(node, groups));
}

/** What of `ours` the other side does not have, or has only an older statement on. */
export function lackingIn(theirs: readonly Statement[], ours: readonly Statement[]): Statement[] {
  const held = new Map(theirs.map((statement) => [statement.node, statement]));
  return ours.filter((statement) => {
    const other = held.get(statement.node);
    if (other === undefined) return true;
    // Suspicions are not repaired, but the counts under them are.
    if (statement.standing.tag === 'suspect') return compareCounts(statement, other) > 0;
    return supersedes(statement, other);
  });
}
