import { compareCounts, supersedes } from './precedence.ts';
import { DIGEST_BYTES, GROUPS } from './packet.ts';
import type { Statement } from '#posiv-wit/generated/p2p/membership.ts';

const FNV_OFFSET = 0x811c_9dc5;
const FNV_PRIME = 0x0100_0193;

/**
 * Digests of all that a node holds, a group of nodes each, so that two that hold the same find out in a hundred bytes, and
 * else send only the groups that differ. A suspicion does not count: it is over before it could be repaired.
 */
export function digestsOf(statements: Iterable<Statement>): Uint8Array {
  const digests = new Uint32Array(GROUPS);
  for (const { node, incarnation, refutations, standing } of statements) {
    const rank = standing.tag === 'suspect' ? 'alive' : standing.tag;
    digests[groupOf(node)]! ^= hash(`${node}/${incarnation}/${refutations}/${rank}`);
  }
  const bytes = new Uint8Array(GROUPS * DIGEST_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [group, digest] of digests.entries())
    view.setUint32(group * DIGEST_BYTES, digest, true);
  return bytes;
}

/** The groups that differ, a bit each. */
export function differingGroups(ours: Uint8Array, theirs: Uint8Array): number {
  let groups = 0;
  for (let at = 0; at < ours.length; at++)
    if (ours[at] !== theirs[at]) groups |= 1 << Math.floor(at / DIGEST_BYTES);
  return groups >>> 0;
}

export function inGroups(statements: Iterable<Statement>, groups: number): Statement[] {
  return [...statements].filter(({ node }) => ((groups >>> groupOf(node)) & 1) === 1);
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

function groupOf(node: string): number {
  return hash(node) % GROUPS;
}

/** FNV-1a: fast, the same everywhere. Nothing rests on its being hard to meet: who can send lies need not forge digests. */
function hash(text: string): number {
  let value = FNV_OFFSET;
  for (let at = 0; at < text.length; at++)
    value = Math.imul(value ^ text.charCodeAt(at), FNV_PRIME);
  return value >>> 0;
}
