import type { NodeId } from './components.ts';
import { codeOf, UnreachableError } from './errors.ts';

/**
 * Has something kept by so many nodes: by the first ones that can, several at a time.
 * @param what for the message
 * @returns those that keep it
 * @throws {full} where too few can since their disks are full, {unreachable} else
 */
export async function keepOn(
  what: string,
  order: readonly NodeId[],
  count: number,
  keep: (node: NodeId) => Promise<void>,
): Promise<NodeId[]> {
  const left = [...order];
  const keeping: NodeId[] = [];
  const failures: unknown[] = [];
  while (keeping.length < count && left.length > 0) {
    const asked = left.splice(0, count - keeping.length);
    const outcomes = await Promise.allSettled(asked.map(keep));
    for (const [at, outcome] of outcomes.entries()) {
      const node = asked[at];
      if (outcome.status === 'rejected') failures.push(outcome.reason);
      else if (node !== undefined) keeping.push(node);
    }
  }
  if (keeping.length >= count) return keeping;
  const full = failures.find((error) => codeOf(error) === 'full');
  if (full !== undefined) throw full;
  throw new UnreachableError(
    `${what} has to be on ${count} more nodes, and ${keeping.length} can be reached: try again once another is back`,
    { cause: failures[0] },
  );
}
