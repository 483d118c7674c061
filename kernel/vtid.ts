import { base32, base32Digit, base32Number } from '#kernel/base32.ts';
import type { Random } from '#kernel/random.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';

/** `n` and 16 characters of base32. */
export type NodeId = string;

/** This node, and which of its lives this is. */
export interface OwnLife {
  readonly self: NodeId;
  /** Counts its starts, from 1. */
  readonly incarnation: number;
}

// A vtid is its node, the life of it, and what nobody can guess, which is last: maps hash the end.
const NODE_PART = 16;
const MOST_LIFE_PART = 10; // 50 bits
const RANDOM_BYTES = 16; // 128 bits
const RANDOM_PART = 26;
const SHORTEST = NODE_PART + RANDOM_PART;
const LONGEST = SHORTEST + MOST_LIFE_PART;
const VTID = /^[a-z2-7]*$/;

/** A new vtid, born in this life of a node: anyone can route to it, nobody can guess it, and it is known to be over with that life. */
export function mintVtid(life: OwnLife, random: Random): string {
  return mintVtids(life, random, 1)[0]!;
}

/** Many at once, for less than a call for each. */
export function mintVtids(life: OwnLife, random: Random, count: number): string[] {
  const bytes = random.bytes(count * RANDOM_BYTES);
  const born = life.self.slice(1) + base32Number(life.incarnation);
  return Array.from({ length: count }, (_, at) =>
    base32(bytes.subarray(at * RANDOM_BYTES, (at + 1) * RANDOM_BYTES), born),
  );
}

// The same few are asked for with every message: each of these has the one place that its last characters say.
const PLACES = 256;
const known = Array.from({ length: PLACES }, () => '');
const nodes = Array.from({ length: PLACES }, (): NodeId => '');
const lives = Array.from({ length: PLACES }, () => 0);

/** The node that a vtid was born on, or undefined for what is no vtid. */
export function birthNode(vtid: string): NodeId | undefined {
  const place = placeOf(vtid);
  return place === undefined ? undefined : nodes[place];
}

/** The life of that node; 0, which none is, for what says no life. */
export function birthLife(vtid: string): number {
  const place = placeOf(vtid);
  return place === undefined ? 0 : lives[place]!;
}

/** Where it stands what a vtid says; undefined for what is none. */
function placeOf(vtid: string): number | undefined {
  const { length } = vtid;
  if (length < SHORTEST || length > LONGEST) return undefined;
  const last = vtid.charCodeAt(length - 1) * 31;
  const place = (last ^ vtid.charCodeAt(length - 2)) & (PLACES - 1);
  if (known[place] === vtid) return place;
  if (!VTID.test(vtid)) return undefined;
  known[place] = vtid;
  nodes[place] = `n${vtid.slice(0, NODE_PART)}`;
  let life = 0;
  for (let at = NODE_PART; at < length - RANDOM_PART; at += 1)
    life = life * 32 + base32Digit(vtid.charCodeAt(at));
  lives[place] = life;
  return place;
}

/** What a call to a vTask of a node fails with that cannot be reached. */
export function unreachable(node: NodeId): ErrorCode {
  return { tag: 'unreachable', val: `node ${node} cannot be reached` };
}

/** What a call fails with that would place a vTask on a node that is being drained. */
export function drained(node: NodeId): ErrorCode & { readonly tag: 'refused' } {
  return { tag: 'refused', val: `node ${node} is being drained: it takes no new vTasks` };
}
