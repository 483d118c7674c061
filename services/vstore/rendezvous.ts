import { hash } from 'node:crypto';
import type { NodeId } from './components.ts';
import { UnreachableError } from './errors.ts';

/**
 * All members by the sha256 of their id, a NUL and the key, compared as hex, the greatest first (rendezvous hashing, Thaler
 * and Ravishankar 1998). Nodes that know the same members agree; where one comes or goes, the others keep their order.
 */
export function rankedFor(key: string, members: readonly NodeId[]): readonly NodeId[] {
  const scored = members.map((node) => ({
    node,
    score: hash('sha256', `${node}\0${key}`),
  }));
  return scored
    .toSorted((one, other) => (one.score < other.score ? 1 : -1))
    .map(({ node }) => node);
}

/**
 * The first of them.
 * @throws {unreachable} where there are no members
 */
export function keeperOf(key: string, members: readonly NodeId[]): NodeId {
  const [keeper] = rankedFor(key, members);
  if (keeper === undefined)
    throw new UnreachableError('the roster is empty: wait until the node has joined');
  return keeper;
}
