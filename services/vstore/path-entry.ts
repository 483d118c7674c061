import type { PathHead } from '#posiv-wit/generated/wire.ts';

/**
 * What two nodes know of a path, together: what the register is known to have had last, and whatever it may have had, or
 * come to have, since. What is older, or was meant for the same version and did not come about, is left out.
 */
export function mergeHeads(
  some: readonly PathHead[],
  others: readonly PathHead[],
): readonly PathHead[] {
  const all = [...some, ...others];
  const settled = all
    .filter((head) => head.settled)
    .reduce<PathHead | undefined>(
      (newest, head) => (newest === undefined || head.version > newest.version ? head : newest),
      undefined,
    );
  const merged = settled === undefined ? [] : [settled];
  for (const head of all) {
    if (head.settled || head.version <= (settled?.version ?? 0)) continue;
    if (!merged.some((known) => isSame(known, head))) merged.push(head);
  }
  return merged;
}

/** Whether two heads say the same of a path, settled or not. */
function isSame(one: PathHead, other: PathHead): boolean {
  return (
    one.version === other.version &&
    one.stat?.blob === other.stat?.blob &&
    one.stat?.modifiedMs === other.stat?.modifiedMs
  );
}
