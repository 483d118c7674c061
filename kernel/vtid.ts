import { base32 } from '#kernel/base32.ts';
import type { Random } from '#kernel/random.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';

/** `n` and 16 characters of base32. */
export type NodeId = string;

const NODE_PART = 16;
const RANDOM_BYTES = 16; // 128 bits: nobody guesses one
const VTID = /^[a-z2-7]{42}$/;

/** A new vtid, born on `node`: anyone can route to it, nobody can guess it. */
export function mintVtid(node: NodeId, random: Random): string {
  return mintVtids(node, random, 1)[0]!;
}

/** Many at once, for less than a call for each. */
export function mintVtids(node: NodeId, random: Random, count: number): string[] {
  const bytes = random.bytes(count * RANDOM_BYTES);
  return Array.from(
    { length: count },
    (_, at) => node.slice(1) + base32(bytes.subarray(at * RANDOM_BYTES, (at + 1) * RANDOM_BYTES)),
  );
}

/** The node that a vtid was born on, or undefined for what is no vtid. */
export function birthNode(vtid: string): NodeId | undefined {
  return VTID.test(vtid) ? `n${vtid.slice(0, NODE_PART)}` : undefined;
}

/** What a call to a vTask of a node fails with that cannot be reached. */
export function unreachable(node: NodeId): ErrorCode {
  return { tag: 'unreachable', val: `node ${node} cannot be reached` };
}
