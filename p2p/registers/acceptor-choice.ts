import type { Configuration } from '#posiv-wit/generated/p2p/registers.ts';
import { nodeOf } from './configuration.ts';

/** A member of the cluster, as the node that chooses sees it. */
export interface AcceptorCandidate {
  readonly node: string;
  /** The id of its acceptor, where the node has told. */
  readonly acceptor: string | undefined;
  readonly reachable: boolean;
  /** Since it was last heard from, in milliseconds. */
  readonly silentMs: number;
}

/**
 * How many acceptors a cluster of so many members has: one bears no loss, three bear one, five bear two. Two members have
 * one acceptor, since with two the loss of either would stop all.
 */
export function acceptorsFor(members: number): number {
  if (members < 3) return 1;
  return members < 5 ? 3 : 5;
}

/**
 * The acceptors that a cluster is to have: the present ones as long as they are not lost, then the members with the
 * smallest ids that can be reached. An odd number of them, and the same on every node that sees the same. A lost one is
 * kept where nobody can take its place and without it their number would be even, for it may come back. Who is no member
 * any more, or has another acceptor by now, is never kept.
 * @param lostAfterMs of silence
 */
export function chooseAcceptors(
  { acceptors }: Configuration,
  members: readonly AcceptorCandidate[],
  lostAfterMs: number,
): readonly string[] {
  const byNode = new Map(members.map((member) => [member.node, member]));
  const memberOf = (acceptor: string): AcceptorCandidate | undefined => {
    const member = byNode.get(nodeOf(acceptor) ?? '');
    const replaced = member?.acceptor !== undefined && member.acceptor !== acceptor;
    return replaced ? undefined : member;
  };
  const standing = acceptors.filter((each) => memberOf(each) !== undefined);
  const isLost = (acceptor: string): boolean => {
    const { reachable, silentMs } = memberOf(acceptor)!;
    return !reachable && silentMs >= lostAfterMs;
  };
  const kept = standing.filter((each) => !isLost(each));
  const newcomers = members
    .filter(({ reachable }) => reachable)
    .flatMap(({ acceptor }) => acceptor ?? [])
    .filter((each) => !acceptors.includes(each))
    .toSorted();
  const chosen = [...kept, ...newcomers].slice(0, acceptorsFor(members.length));
  if (chosen.length % 2 === 1) return chosen;
  const lost = standing.find(isLost);
  if (lost !== undefined) return [...chosen, lost];
  return chosen.length === 0 ? acceptors : chosen.slice(0, -1);
}
