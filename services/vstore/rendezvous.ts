import { createHash } from 'node:crypto';
import type { NodeId } from './components.ts';
import { UnreachableError } from './errors.ts';

/**
 * The node that keeps a path: of all members, the one with the greatest sha256 of its id, a NUL and the path, compared as
 * hex (rendezvous hashing, Thaler and Ravishankar 1998). Nodes that know the same members agree; a new member takes over
 * only the paths that become its own.
 * @throws {unreachable} where there are no members
 */
export function keeperOf(path: string, members: readonly NodeId[]): NodeId {
  let keeper: NodeId | undefined;
  let greatest = '';
  for (const member of members) {
    const score = createHash('sha256').update(`${member}\0${path}`).digest('hex');
    if (score <= greatest) continue;
    greatest = score;
    keeper = member;
  }
  if (keeper === undefined)
    throw new UnreachableError('the roster is empty: wait until the node has joined');
  return keeper;
}
