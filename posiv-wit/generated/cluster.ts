// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';
import type { ErrorCode, Vtid } from '#posiv-wit/generated/kernel.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';

/** How a node stands with the one that answers. */
export type Standing =
  /** The node that answers. */
  | 'self'
  /** It answers somebody, as far as is known. */
  | 'up'
  /** It did not answer, and has some time left to. */
  | 'suspect'
  /** It answers nobody. It may run nevertheless, cut off from the node that answers. */
  | 'unreachable'
  /** It was stopped in order. */
  | 'left'
  /** It was taken out of the cluster for good. */
  | 'revoked';

export const STANDING_CASES: readonly Standing[] = ['self', 'up', 'suspect', 'unreachable', 'left', 'revoked'];

export function standingTag(v: Standing): number {
  switch (v) {
    case 'self':
      return 0;
    case 'up':
      return 1;
    case 'suspect':
      return 2;
    case 'unreachable':
      return 3;
    case 'left':
      return 4;
    case 'revoked':
      return 5;
    default:
      return unknownCase('Standing', v satisfies never);
  }
}

export function writeStanding(w: ValueWriter, v: Standing): void {
  w.u8(standingTag(v));
}

export function readStanding(r: ValueReader): Standing {
  return STANDING_CASES[r.tag(6)] as Standing;
}

export interface Node {
  /** Opaque ASCII, derived from its key; stays the same over restarts. */
  readonly id: string;
  readonly name: string;
  readonly standing: Standing;
  /** Whether the node that answers has a connection with it; true for itself. */
  readonly connected: boolean;
  /** The node by way of which it is connected, where neither of both can reach the other directly. */
  readonly relay: string | undefined;
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
  /** Whether it takes no new vTasks, because it is being drained, or is empty already. */
  readonly draining: boolean;
}

export function writeNode(w: ValueWriter, v: Node): void {
  w.string(v.id);
  w.string(v.name);
  writeStanding(w, v.standing);
  w.bool(v.connected);
  const v1 = v.relay;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.string(v1);
  }
  w.count(v.addresses.length);
  for (const item2 of v.addresses) {
    w.string(item2);
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
  w.bool(v.draining);
}

export function readNode(r: ValueReader): Node {
  const part4 = r.string();
  const part5 = r.string();
  const part6 = readStanding(r);
  const part7 = r.bool();
  const part8 = r.tag(2) === 0 ? undefined : r.string();
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part9 = items1;
  const part10 = r.u64();
  const part11 = r.string();
  const part12 = r.u32();
  const part13 = r.u32();
  const part14 = r.u64();
  const part15 = r.u64();
  const part16 = r.u32();
  const part17 = r.u32();
  const part18 = r.bool();
  const part19 = r.bool();
  return {
    id: part4,
    name: part5,
    standing: part6,
    connected: part7,
    relay: part8,
    addresses: part9,
    incarnation: part10,
    version: part11,
    lanes: part12,
    vtasks: part13,
    memoryUsed: part14,
    memoryLimit: part15,
    silentMs: part16,
    roundTripUs: part17,
    keepsRegisters: part18,
    draining: part19,
  };
}

/** The worker nodes, as the node that answers sees them. */
export interface NodesCalls {
  /** Every node that is known, by name. */
  list(): Awaitable<readonly Node[]>;
}

export type ServiceState =
  /** It is being made ready, and does not answer yet. */
  | 'starting'
  /** It answers. */
  | 'running'
  /** It cannot do its work now. Of a manager: it failed the last time that it was asked, and the built-in strategy decided. */
  | 'failing'
  /** Its node cannot be reached, and is not lost yet: it may run. */
  | 'unreachable';

export const SERVICE_STATE_CASES: readonly ServiceState[] = ['starting', 'running', 'failing', 'unreachable'];

export function serviceStateTag(v: ServiceState): number {
  switch (v) {
    case 'starting':
      return 0;
    case 'running':
      return 1;
    case 'failing':
      return 2;
    case 'unreachable':
      return 3;
    default:
      return unknownCase('ServiceState', v satisfies never);
  }
}

export function writeServiceState(w: ValueWriter, v: ServiceState): void {
  w.u8(serviceStateTag(v));
}

export function readServiceState(r: ValueReader): ServiceState {
  return SERVICE_STATE_CASES[r.tag(4)] as ServiceState;
}

/** One that carries out one interface on one node. */
export interface ServiceInstance {
  /** Of the service, for people. */
  readonly name: string;
  readonly version: string;
  /** What it keeps to: an interface or a world of WIT, such as `posiv:vstore/files@0.1.0`. */
  readonly interface: string;
  readonly state: ServiceState;
  /** When this version of it began there: milliseconds since 1970 by the clock of its node. */
  readonly sinceMs: number;
  /** The id of its node. */
  readonly node: string;
  /** The vTask that it is; none where the node itself carries it out. */
  readonly vtask: Vtid | undefined;
}

export function writeServiceInstance(w: ValueWriter, v: ServiceInstance): void {
  w.string(v.name);
  w.string(v.version);
  w.string(v.interface);
  writeServiceState(w, v.state);
  w.u64(v.sinceMs);
  w.string(v.node);
  const v1 = v.vtask;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.string(v1);
  }
}

export function readServiceInstance(r: ValueReader): ServiceInstance {
  return {
    name: r.string(),
    version: r.string(),
    interface: r.string(),
    state: readServiceState(r),
    sinceMs: r.u64(),
    node: r.string(),
    vtask: r.tag(2) === 0 ? undefined : r.string(),
  };
}

/** What a vTask tells of itself as a service. */
export interface ServiceDescription {
  /** 1 to 64 of `a-z 0-9 . -`. */
  readonly name: string;
  /** 1 to 64 printable characters of ASCII. */
  readonly version: string;
  /** `namespace:package/name`, with or without `@version`, 128 characters at most. */
  readonly interface: string;
  /** Not `unreachable`. */
  readonly state: ServiceState;
}

export function writeServiceDescription(w: ValueWriter, v: ServiceDescription): void {
  w.string(v.name);
  w.string(v.version);
  w.string(v.interface);
  writeServiceState(w, v.state);
}

export function readServiceDescription(r: ValueReader): ServiceDescription {
  return {
    name: r.string(),
    version: r.string(),
    interface: r.string(),
    state: readServiceState(r),
  };
}

/**
 * The meta services of the cluster, as their nodes tell of them: what runs where, in which version. It may be some seconds old,
 * and only guides whoever looks for one.
 */
export interface ServicesCalls {
  /**
   * Every instance of a node that is not lost, by name, interface and node: those that nodes carry out themselves, and the vTasks
   * of the caller's tenant.
   */
  list(): Awaitable<readonly ServiceInstance[]>;

  /**
   * Tells the cluster that the caller is a service, until it ends or takes that back. Under a name and interface of which it has told
   * already it replaces what it said. Others hear of it within a second or so.
   *
   * Errors: `refused` (what the description has is out of range), `quota-exceeded` (`services`: a vTask may publish 8, a tenant
   * 128 on a node, a node 512 in all).
   */
  publish(description: ServiceDescription): Awaitable<Result<undefined, ErrorCode>>;

  /** Takes back that it is one. It need not be one. */
  withdraw(name: string, interface_: string): Awaitable<void>;
}

