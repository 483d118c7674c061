// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';
import type { Awaitable } from '#posiv-wit/result.ts';

/** How a node stands with the one that answers. */
export type Standing =
  /** The node that answers. */
  | 'self'
  /** Connected, and heard from lately. */
  | 'up'
  /** Known, but not to be reached now. */
  | 'unreachable';

export const STANDING_CASES: readonly Standing[] = ['self', 'up', 'unreachable'];

export function standingTag(v: Standing): number {
  switch (v) {
    case 'self':
      return 0;
    case 'up':
      return 1;
    case 'unreachable':
      return 2;
    default:
      return unknownCase('Standing', v satisfies never);
  }
}

export function writeStanding(w: ValueWriter, v: Standing): void {
  w.u8(standingTag(v));
}

export function readStanding(r: ValueReader): Standing {
  return STANDING_CASES[r.tag(3)] as Standing;
}

export interface Node {
  /** Opaque ASCII, derived from its key; stays the same over restarts. */
  readonly id: string;
  readonly name: string;
  readonly standing: Standing;
  /** Where it listens, as multiaddrs. */
  readonly addresses: readonly string[];
  /** Counts its starts. */
  readonly incarnation: number;
  readonly version: string;
  /** Threads that run vTasks. */
  readonly lanes: number;
  /** Living vTasks. */
  readonly vtasks: number;
  /** Bytes of memory that its vTasks hold and may hold in all. */
  readonly memoryUsed: number;
  readonly memoryLimit: number;
  /** Milliseconds since it was last heard from; 0 for the node that answers. */
  readonly silentMs: number;
  /** Round trip of the last heartbeat, in microseconds; 0 where there was none. */
  readonly roundTripUs: number;
  /**
   * Whether it is one of those that keep the cluster's registers, such as names: while more than half of them can be
   * reached, registers can be read and written.
   */
  readonly keepsRegisters: boolean;
}

export function writeNode(w: ValueWriter, v: Node): void {
  w.string(v.id);
  w.string(v.name);
  writeStanding(w, v.standing);
  w.count(v.addresses.length);
  for (const item1 of v.addresses) {
    w.string(item1);
  }
  w.u64(v.incarnation);
  w.string(v.version);
  w.u32(v.lanes);
  w.u32(v.vtasks);
  w.u64(v.memoryUsed);
  w.u64(v.memoryLimit);
  w.u32(v.silentMs);
  w.u32(v.roundTripUs);
  w.bool(v.keepsRegisters);
}

export function readNode(r: ValueReader): Node {
  const part4 = r.string();
  const part5 = r.string();
  const part6 = readStanding(r);
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part7 = items1;
  const part8 = r.u64();
  const part9 = r.string();
  const part10 = r.u32();
  const part11 = r.u32();
  const part12 = r.u64();
  const part13 = r.u64();
  const part14 = r.u32();
  const part15 = r.u32();
  const part16 = r.bool();
  return {
    id: part4,
    name: part5,
    standing: part6,
    addresses: part7,
    incarnation: part8,
    version: part9,
    lanes: part10,
    vtasks: part11,
    memoryUsed: part12,
    memoryLimit: part13,
    silentMs: part14,
    roundTripUs: part15,
    keepsRegisters: part16,
  };
}

/** The worker nodes, as the node that answers sees them. */
export interface NodesCalls {
  /** Every node that is known, by name. */
  list(): Awaitable<readonly Node[]>;
}

