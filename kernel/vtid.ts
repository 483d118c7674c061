import { base32 } from '#kernel/base32.ts';
import type { Random } from '#kernel/random.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';

/** `n` and 16 characters of base32. */
export type NodeId = string;

const NODE_PART = 16;
const RANDOM_BYTES = 16; // 128 bits: nobody guesses one
const VTID_LENGTH = 42;
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

// The same few are asked for with every message: each of these has the one place that its last characters say.
const PLACES = 256;
const known = Array.from({ length: PLACES }, () => '');
const nodes = Array.from({ length: PLACES }, (): NodeId => '');

/** The node that a vtid was born on, or undefined for what is no vtid. */
export function birthNode(vtid: string): NodeId | undefined {
  const { length } = vtid;
  if (length !== VTID_LENGTH) return undefined;
  const last = vtid.charCodeAt(length - 1) * 31;
  const place = (last ^ vtid.charCodeAt(length - 2)) & (PLACES - 1);
  if (known[place] === vtid) return nodes[place];
  if (!VTID.test(vtid)) return undefined;
  known[place] = vtid;
  return (nodes[place] = `n${vtid.slice(0, NODE_PART)}`);
}

/** What a call to a vTask of a node fails with that cannot be reached. */
export function unreachable(node: NodeId): ErrorCode {
  return { tag: 'unreachable', val: `node ${node} cannot be reached` };
}

/** What a call fails with that would place a vTask on a node that is being drained. */
export function drained(node: NodeId): ErrorCode & { readonly tag: 'refused' } {
  return { tag: 'refused', val: `node ${node} is being drained: it takes no new vTasks` };
}
