/** Groups of nodes that have a digest each. */
export const GROUPS = 32;
/** Of one digest. */
export const DIGEST_BYTES = 4;

const FNV_OFFSET = 0x811c_9dc5;
const FNV_PRIME = 0x0100_0193;

/**
 * Digests of all that a node holds, a group each, so that two that hold the same find out in 128 bytes, and else send only
 * the groups that differ. What is held is given as what it is of, and a text that changes whenever it does.
 */
export function groupDigests(items: Iterable<readonly [id: string, text: string]>): Uint8Array {
  const digests = new Uint32Array(GROUPS);
  for (const [id, text] of items) digests[groupOf(id)]! ^= hash(`${id}/${text}`);
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

/** Whether what is of `id` is in one of the groups. */
export function isInGroups(id: string, groups: number): boolean {
  return ((groups >>> groupOf(id)) & 1) === 1;
}

function groupOf(id: string): number {
  return hash(id) % GROUPS;
}

/** FNV-1a: fast, the same everywhere. Nothing rests on its being hard to meet: who can send lies need not forge digests. */
function hash(text: string): number {
  let value = FNV_OFFSET;
  for (let at = 0; at < text.length; at++)
    value = Math.imul(value ^ text.charCodeAt(at), FNV_PRIME);
  return value >>> 0;
}
