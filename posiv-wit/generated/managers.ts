// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';

export interface Candidate {
  readonly node: string;
  /** It is the node that decides. */
  readonly local: boolean;
  readonly reachable: boolean;
  /** Round trip of the last heartbeat, in microseconds. */
  readonly roundTripUs: number;
  /** Requests that the node that decides has out to it. */
  readonly outstanding: number;
}

export function writeCandidate(w: ValueWriter, v: Candidate): void {
  w.string(v.node);
  w.bool(v.local);
  w.bool(v.reachable);
  w.u32(v.roundTripUs);
  w.u32(v.outstanding);
}

export function readCandidate(r: ValueReader): Candidate {
  return {
    node: r.string(),
    local: r.bool(),
    reachable: r.bool(),
    roundTripUs: r.u32(),
    outstanding: r.u32(),
  };
}

/** The Distribution Manager's strategy: which of several that can serve a need shall do so. */
export interface DistributionCalls {
  /** The indexes of the candidates to try, the best first. */
  rank(candidates: readonly Candidate[]): Awaitable<readonly number[]>;
}

export interface Placement {
  /** Bytes of memory that the vTask may come to hold. */
  readonly memory: number;
  /** Ids of nodes that it had better be near, the best first. */
  readonly near: readonly string[];
}

export function writePlacement(w: ValueWriter, v: Placement): void {
  w.u64(v.memory);
  w.count(v.near.length);
  for (const item1 of v.near) {
    w.string(item1);
  }
}

export function readPlacement(r: ValueReader): Placement {
  const part4 = r.u64();
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part5 = items1;
  return { memory: part4, near: part5 };
}

/** The Resource Manager's strategy: where a vTask goes. */
export interface ResourceCalls {
  /** The ids of the nodes to try, the best first; the target admits or refuses, then the next one is tried. */
  place(view: readonly NodeView[], request: Placement): Awaitable<readonly string[]>;
}

/** The Security Manager's strategy: what a vTask may be given. */
export interface SecurityCalls {
  /**
   * The grants of a new vTask, from those of its creator and those asked for (none: the default), or the ones that
   * it may not have. A grant of a package covers its interfaces.
   */
  attenuate(holder: readonly string[], asked: readonly string[] | undefined): Awaitable<Result<readonly string[], readonly string[]>>;
}

export interface Stripe {
  /** Which stripe of the blob, from 0. A stripe is a run of chunks that stay together. */
  readonly index: number;
  /** Bytes that it may come to hold. */
  readonly size: number;
  /** A hash of the blob's writer and number, to begin at different nodes. */
  readonly seed: number;
}

export function writeStripe(w: ValueWriter, v: Stripe): void {
  w.u32(v.index);
  w.u64(v.size);
  w.u32(v.seed);
}

export function readStripe(r: ValueReader): Stripe {
  return { index: r.u32(), size: r.u64(), seed: r.u32() };
}

/** The Storage Manager's strategy: where bytes go. */
export interface StorageCalls {
  /** The ids of the nodes to keep a stripe, the best first. */
  keep(view: readonly NodeView[], request: Stripe): Awaitable<readonly string[]>;
}

export interface LaneView {
  readonly lane: number;
  readonly vtasks: number;
  /** vTasks that were ready to run when the lane last told. */
  readonly runnable: number;
  /** In bytes. */
  readonly memoryUsed: number;
}

export function writeLaneView(w: ValueWriter, v: LaneView): void {
  w.u32(v.lane);
  w.u32(v.vtasks);
  w.u32(v.runnable);
  w.u64(v.memoryUsed);
}

export function readLaneView(r: ValueReader): LaneView {
  return { lane: r.u32(), vtasks: r.u32(), runnable: r.u32(), memoryUsed: r.u64() };
}

/** How busy a node is. */
export interface NodeLoad {
  /** Threads of each cell. */
  readonly lanes: number;
  /** vTasks of all tenants. */
  readonly vtasks: number;
}

export function writeNodeLoad(w: ValueWriter, v: NodeLoad): void {
  w.u32(v.lanes);
  w.u32(v.vtasks);
}

export function readNodeLoad(r: ValueReader): NodeLoad {
  return { lanes: r.u32(), vtasks: r.u32() };
}

/** What the lanes of a node go by. */
export interface Scheduling {
  /** Microseconds that a vTask may run at a time while others want to. 500 to 100,000. */
  readonly sliceUs: number;
  /** Of a vTask for which its creator gives none. 1 to 1,000. */
  readonly defaultWeight: number;
}

export function writeScheduling(w: ValueWriter, v: Scheduling): void {
  w.u32(v.sliceUs);
  w.u32(v.defaultWeight);
}

export function readScheduling(r: ValueReader): Scheduling {
  return { sliceUs: r.u32(), defaultWeight: r.u32() };
}

/** The Task Manager's strategy: which lane of a node runs a vTask, and how lanes divide their time. */
export interface TaskCalls {
  /** The number of the lane. None refuses the vTask. */
  assign(view: readonly LaneView[], memory: number): Awaitable<number | undefined>;

  /** Asked now and then, while vTasks are made; holds for all lanes until it is asked again. */
  schedule(load: NodeLoad): Awaitable<Scheduling>;
}

/** One node, as seen by the node that decides. */
export interface NodeView {
  readonly id: string;
  readonly reachable: boolean;
  readonly lanes: number;
  readonly vtasks: number;
  /** In bytes. */
  readonly memoryUsed: number;
  readonly memoryLimit: number;
  /** vTasks that this view does not yet count, sent there lately by the node that decides. */
  readonly pending: number;
}

export function writeNodeView(w: ValueWriter, v: NodeView): void {
  w.string(v.id);
  w.bool(v.reachable);
  w.u32(v.lanes);
  w.u32(v.vtasks);
  w.u64(v.memoryUsed);
  w.u64(v.memoryLimit);
  w.u32(v.pending);
}

export function readNodeView(r: ValueReader): NodeView {
  return {
    id: r.string(),
    reachable: r.bool(),
    lanes: r.u32(),
    vtasks: r.u32(),
    memoryUsed: r.u64(),
    memoryLimit: r.u64(),
    pending: r.u32(),
  };
}

