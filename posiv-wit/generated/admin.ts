// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';
import { type ErrorCode, type Refusal, readRefusal, writeRefusal } from '#posiv-wit/generated/kernel.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';

/** The cluster, and what the node that answers may do in it. */
export interface ClusterInfo {
  /** Derived from the public part of its root key. */
  readonly id: string;
  /** This node's id. */
  readonly node: string;
  /** This node's key as others write it: `12D3KooW...`, the PeerID of libp2p. */
  readonly peerId: string;
  /** Whether it may make tickets, and revoke. */
  readonly admits: boolean;
  /** Whether the cluster's root key is in its data folder, so that it may make others admit. */
  readonly hasRootKey: boolean;
  /** What is revoked, the ids of nodes and of tickets. */
  readonly revokedNodes: readonly string[];
  readonly revokedTickets: readonly string[];
}

export function writeClusterInfo(w: ValueWriter, v: ClusterInfo): void {
  w.string(v.id);
  w.string(v.node);
  w.string(v.peerId);
  w.bool(v.admits);
  w.bool(v.hasRootKey);
  w.count(v.revokedNodes.length);
  for (const item1 of v.revokedNodes) {
    w.string(item1);
  }
  w.count(v.revokedTickets.length);
  for (const item2 of v.revokedTickets) {
    w.string(item2);
  }
}

export function readClusterInfo(r: ValueReader): ClusterInfo {
  const part7 = r.string();
  const part8 = r.string();
  const part9 = r.string();
  const part10 = r.bool();
  const part11 = r.bool();
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part12 = items1;
  const count5 = r.count(1);
  const items4: string[] = [];
  for (let index6 = 0; index6 < count5; index6++) {
    items4.push(r.string());
  }
  const part13 = items4;
  return {
    id: part7,
    node: part8,
    peerId: part9,
    admits: part10,
    hasRootKey: part11,
    revokedNodes: part12,
    revokedTickets: part13,
  };
}

/** What a ticket shall be good for. */
export interface TicketRequest {
  /** Milliseconds from now. 0 stands for the default, an hour; 1,000 to 2,592,000,000 (30 days). */
  readonly ttlMs: number;
  /** How many nodes may join by it. 0 stands for 1; at most 1,024. */
  readonly uses: number;
  /** The PeerID of the only node that may join by it. */
  readonly node: string | undefined;
  /** Whether who joins by it may admit others too. */
  readonly admits: boolean;
}

export function writeTicketRequest(w: ValueWriter, v: TicketRequest): void {
  w.u64(v.ttlMs);
  w.u32(v.uses);
  const v1 = v.node;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.string(v1);
  }
  w.bool(v.admits);
}

export function readTicketRequest(r: ValueReader): TicketRequest {
  return {
    ttlMs: r.u64(),
    uses: r.u32(),
    node: r.tag(2) === 0 ? undefined : r.string(),
    admits: r.bool(),
  };
}

export interface NewTicket {
  /** Names it, and is no secret. */
  readonly id: string;
  /** What `vstar join` takes. Whoever has it can join: this node does not keep it. */
  readonly text: string;
}

export function writeNewTicket(w: ValueWriter, v: NewTicket): void {
  w.string(v.id);
  w.string(v.text);
}

export function readNewTicket(r: ValueReader): NewTicket {
  return { id: r.string(), text: r.string() };
}

/** A ticket that this node made, and that has not ended. */
export interface Ticket {
  readonly id: string;
  /** Milliseconds until its end. */
  readonly remainingMs: number;
  readonly uses: number;
  /** The ids of the nodes that joined by it. */
  readonly usedBy: readonly string[];
  /** The PeerID of the only node that may join by it. */
  readonly node: string | undefined;
  readonly admits: boolean;
}

export function writeTicket(w: ValueWriter, v: Ticket): void {
  w.string(v.id);
  w.u64(v.remainingMs);
  w.u32(v.uses);
  w.count(v.usedBy.length);
  for (const item1 of v.usedBy) {
    w.string(item1);
  }
  const v2 = v.node;
  if (v2 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.string(v2);
  }
  w.bool(v.admits);
}

export function readTicket(r: ValueReader): Ticket {
  const part4 = r.string();
  const part5 = r.u64();
  const part6 = r.u32();
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part7 = items1;
  const part8 = r.tag(2) === 0 ? undefined : r.string();
  const part9 = r.bool();
  return {
    id: part4,
    remainingMs: part5,
    uses: part6,
    usedBy: part7,
    node: part8,
    admits: part9,
  };
}

/** Who may be a node of the cluster. For the owner of a node alone. */
export interface AdmissionCalls {
  /**
   * The cluster that this node is a member of.
   *
   * Errors: `refused` (it is not one yet).
   */
  cluster(): Awaitable<Result<ClusterInfo, ErrorCode>>;

  /**
   * Makes a ticket. Only this node redeems it, so it must run while others join by it.
   *
   * Errors: `refused` (this node may not admit, something is out of range, or a node that admits is wanted and the root key
   * is not here), `quota-exceeded` (1,024 tickets are open).
   */
  createTicket(request: TicketRequest): Awaitable<Result<NewTicket, ErrorCode>>;

  /** The tickets of this node. */
  tickets(): Awaitable<readonly Ticket[]>;

  /**
   * Makes a ticket void, of whichever node, by its id. Nodes that have joined by it stay.
   *
   * Errors: `refused` (this node may not admit, or that is no id of a ticket), `quota-exceeded` (too much is revoked).
   */
  revokeTicket(id: string): Awaitable<Result<undefined, ErrorCode>>;

  /**
   * Takes a node out of the cluster for good, by its id, name or PeerID: its connections are cut, and its key is never
   * admitted again. Returns the ids of all that are out by it: with a node that admits also those that it admitted with
   * its own key, since whoever has that could have made more of them. They are named in the error unless
   * `with-admitted` is set.
   *
   * Errors: `refused` (this node may not admit, there is no such node, it is this one, or others would be out too),
   * `quota-exceeded` (too much is revoked).
   */
  revokeNode(node: string, withAdmitted: boolean): Awaitable<Result<readonly string[], ErrorCode>>;
}

/** How far it is. */
export interface DrainProgress {
  /** Whether the node takes no new vTasks. */
  readonly draining: boolean;
  /**
   * Its vTasks that are to be made again on other nodes: those that are still to go, and those that are gone from it and run
   * nowhere yet.
   */
  readonly moving: number;
  /** Of those, the ones that no other node takes now. They go on where they are, and the others are asked again. */
  readonly refused: number;
  /** Why one of them was refused last; empty where none is. */
  readonly reason: string;
  /**
   * Those that must be on this very node and have ended there at the deadline: they are made again there once the node takes vTasks
   * again.
   */
  readonly bound: number;
  /** Its other vTasks, which have until the deadline. */
  readonly ending: number;
  /** Milliseconds to the deadline; 0 once it is over. */
  readonly remainingMs: number;
}

export function writeDrainProgress(w: ValueWriter, v: DrainProgress): void {
  w.bool(v.draining);
  w.u32(v.moving);
  w.u32(v.refused);
  w.string(v.reason);
  w.u32(v.bound);
  w.u32(v.ending);
  w.u32(v.remainingMs);
}

export function readDrainProgress(r: ValueReader): DrainProgress {
  return {
    draining: r.bool(),
    moving: r.u32(),
    refused: r.u32(),
    reason: r.string(),
    bound: r.u32(),
    ending: r.u32(),
    remainingMs: r.u32(),
  };
}

/**
 * Emptying a node of vTasks, before it is stopped for good or for a while. For the owner of a node, of which any may drain any
 * other of its cluster.
 */
export interface DrainingCalls {
  /**
   * Has a node, by id or name, take no new vTasks, those made again included, also after a restart. Those that have a name and
   * a restart policy are made again elsewhere, each once another node has said that it takes it; the others, and those that must
   * be on this very node, are ended after `deadline-ms`. Asked again it sets the deadline anew.
   *
   * Errors: `refused` (there is no such node), `unreachable`, `other` (it could not keep that it is drained).
   */
  drain(node: string, deadlineMs: number): Awaitable<Result<undefined, ErrorCode>>;

  /**
   * Has it take vTasks again. What has gone does not come back by itself.
   *
   * Errors: as `drain`.
   */
  undrain(node: string): Awaitable<Result<undefined, ErrorCode>>;

  /** Errors: as `drain`. */
  progress(node: string): Awaitable<Result<DrainProgress, ErrorCode>>;
}

export type ManagerName =
  /** Which node a vTask goes to. */
  | 'resource'
  /** Which nodes keep bytes. */
  | 'storage'
  /** Which lane runs a vTask, and how lanes divide their time. */
  | 'task'
  /** What a vTask may be given. */
  | 'security'
  /** Which of several that can serve does. */
  | 'distribution';

export const MANAGER_NAME_CASES: readonly ManagerName[] = ['resource', 'storage', 'task', 'security', 'distribution'];

export function managerNameTag(v: ManagerName): number {
  switch (v) {
    case 'resource':
      return 0;
    case 'storage':
      return 1;
    case 'task':
      return 2;
    case 'security':
      return 3;
    case 'distribution':
      return 4;
    default:
      return unknownCase('ManagerName', v satisfies never);
  }
}

export function writeManagerName(w: ValueWriter, v: ManagerName): void {
  w.u8(managerNameTag(v));
}

export function readManagerName(r: ValueReader): ManagerName {
  return MANAGER_NAME_CASES[r.tag(5)] as ManagerName;
}

/**
 * Which components decide in place of the strategies that a node has built in: a manager is swapped while the node runs. For the
 * owner of a node, of which any may do so at any other of its cluster. What decides now is among what
 * `posiv:cluster/services` lists.
 */
export interface ManagersCalls {
  /**
   * Has a component decide at a node, by id or name, in place of what did, also after a restart. It has been loaded there and has answered
   * a question of each kind before it decides anything; what was being decided meanwhile is decided by the one before. Where it
   * fails later the built-in strategy decides in its place, and it is `failing` until it answers again.
   *
   * `image` is a path of vStore, or a blob. Returns the version under which it is listed.
   *
   * Errors: `refused` (there is no such node, or the image cannot be read or is no such manager), `unreachable`, `other` (the
   * node could not keep it).
   */
  plug(node: string, manager: ManagerName, image: string): Awaitable<Result<string, ErrorCode>>;

  /**
   * Has the built-in strategy decide again.
   *
   * Errors: as `plug`.
   */
  unplug(node: string, manager: ManagerName): Awaitable<Result<undefined, ErrorCode>>;
}

export type MetricKind =
  /** Only grows. Its values end in `_total`. */
  | 'counter'
  /** Goes up and down. */
  | 'gauge'
  /** How many were at most so large (`_bucket`, with the label `le`), their number (`_count`) and their sum (`_sum`). */
  | 'histogram';

export const METRIC_KIND_CASES: readonly MetricKind[] = ['counter', 'gauge', 'histogram'];

export function metricKindTag(v: MetricKind): number {
  switch (v) {
    case 'counter':
      return 0;
    case 'gauge':
      return 1;
    case 'histogram':
      return 2;
    default:
      return unknownCase('MetricKind', v satisfies never);
  }
}

export function writeMetricKind(w: ValueWriter, v: MetricKind): void {
  w.u8(metricKindTag(v));
}

export function readMetricKind(r: ValueReader): MetricKind {
  return METRIC_KIND_CASES[r.tag(3)] as MetricKind;
}

export interface MetricLabel {
  readonly name: string;
  readonly value: string;
}

export function writeMetricLabel(w: ValueWriter, v: MetricLabel): void {
  w.string(v.name);
  w.string(v.value);
}

export function readMetricLabel(r: ValueReader): MetricLabel {
  return { name: r.string(), value: r.string() };
}

export interface MetricValue {
  /** What follows the metric's name: empty, or as its kind says. */
  readonly suffix: string;
  readonly labels: readonly MetricLabel[];
  readonly value: number;
}

export function writeMetricValue(w: ValueWriter, v: MetricValue): void {
  w.string(v.suffix);
  w.count(v.labels.length);
  for (const item1 of v.labels) {
    writeMetricLabel(w, item1);
  }
  w.f64(v.value);
}

export function readMetricValue(r: ValueReader): MetricValue {
  const part4 = r.string();
  const count2 = r.count(2);
  const items1: MetricLabel[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readMetricLabel(r));
  }
  const part5 = items1;
  const part6 = r.f64();
  return { suffix: part4, labels: part5, value: part6 };
}

export interface Metric {
  /** Of a-z and `_`; times are in seconds, sizes in bytes. */
  readonly name: string;
  readonly kind: MetricKind;
  /** What it is, in a sentence. */
  readonly help: string;
  readonly values: readonly MetricValue[];
}

export function writeMetric(w: ValueWriter, v: Metric): void {
  w.string(v.name);
  writeMetricKind(w, v.kind);
  w.string(v.help);
  w.count(v.values.length);
  for (const item1 of v.values) {
    writeMetricValue(w, item1);
  }
}

export function readMetric(r: ValueReader): Metric {
  const part4 = r.string();
  const part5 = readMetricKind(r);
  const part6 = r.string();
  const count2 = r.count(10);
  const items1: MetricValue[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readMetricValue(r));
  }
  const part7 = items1;
  return { name: part4, kind: part5, help: part6, values: part7 };
}

/**
 * What a node has counted and measured since its start. For the owner of the node, who may also read it as OpenMetrics text:
 * `GET /metrics` of the control API, over the Unix socket or with the owner's token.
 */
export interface MetricsCalls {
  /** All metrics of the node that answers; docs/metrics.md explains them. */
  read(): Awaitable<readonly Metric[]>;
}

/** A node that keeps the registers. */
export interface Keeper {
  readonly node: string;
  readonly name: string;
  /** Whether the node that answers is connected with it. */
  readonly reachable: boolean;
  /** Since it was last heard from, in milliseconds. */
  readonly silentMs: number;
}

export function writeKeeper(w: ValueWriter, v: Keeper): void {
  w.string(v.node);
  w.string(v.name);
  w.bool(v.reachable);
  w.u64(v.silentMs);
}

export function readKeeper(r: ValueReader): Keeper {
  return { node: r.string(), name: r.string(), reachable: r.bool(), silentMs: r.u64() };
}

export interface RegisterInfo {
  /** `acceptors`, or `etcd`. */
  readonly kept: string;
  /** Of the configuration of the acceptors, as far as the node that answers knows; 0 where there are none. */
  readonly epoch: number;
  /** The acceptors; more than half of them have to be reached. */
  readonly keepers: readonly Keeper[];
}

export function writeRegisterInfo(w: ValueWriter, v: RegisterInfo): void {
  w.string(v.kept);
  w.u64(v.epoch);
  w.count(v.keepers.length);
  for (const item1 of v.keepers) {
    writeKeeper(w, item1);
  }
}

export function readRegisterInfo(r: ValueReader): RegisterInfo {
  const part4 = r.string();
  const part5 = r.u64();
  const count2 = r.count(4);
  const items1: Keeper[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readKeeper(r));
  }
  const part6 = items1;
  return { kept: part4, epoch: part5, keepers: part6 };
}

/** What a quorum that was forced begins with. */
export interface ForcedQuorum {
  /** The ids of the nodes that have told what they had of the registers. */
  readonly asked: readonly string[];
  /** The ids of the acceptors' nodes that were not asked: what they alone knew is lost. */
  readonly lost: readonly string[];
  /** How many registers there are. */
  readonly registers: number;
  /** How many of these had to be made from what nodes know of paths, since it is newer. */
  readonly restored: number;
}

export function writeForcedQuorum(w: ValueWriter, v: ForcedQuorum): void {
  w.count(v.asked.length);
  for (const item1 of v.asked) {
    w.string(item1);
  }
  w.count(v.lost.length);
  for (const item2 of v.lost) {
    w.string(item2);
  }
  w.u64(v.registers);
  w.u64(v.restored);
}

export function readForcedQuorum(r: ValueReader): ForcedQuorum {
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part7 = items1;
  const count5 = r.count(1);
  const items4: string[] = [];
  for (let index6 = 0; index6 < count5; index6++) {
    items4.push(r.string());
  }
  const part8 = items4;
  const part9 = r.u64();
  const part10 = r.u64();
  return { asked: part7, lost: part8, registers: part9, restored: part10 };
}

/**
 * Where the registers of the cluster are kept, and what a person may decide when they cannot be read any more. For the
 * owner of a node alone.
 */
export interface RegistersCalls {
  /** Who keeps the registers. */
  info(): Awaitable<RegisterInfo>;

  /**
   * Begins the registers anew with what can be reached of them: for when more than half of the acceptors are gone for good.
   * What was acknowledged by these alone is lost. They must never be started again as they are while others cannot tell
   * them of it; whoever hears of it begins anew. To be called at one node, once.
   *
   * Errors: `refused` (more than half can be reached, or there are no acceptors), `unreachable` (one that can be reached
   * does not answer: it may be done once more).
   */
  forceQuorum(): Awaitable<Result<ForcedQuorum, ErrorCode>>;
}

/**
 * What the vTasks of a tenant may use on one node, all together. Where one is added, a limit of 0 stands for the default;
 * where one is changed, for what it is.
 */
export interface TenantQuota {
  /** vTasks that have not ended. Default 10,000, at most 1,000,000. */
  readonly vtasks: number;
  /**
   * Bytes of linear memory. A vTask is refused once the tenant holds so much; those that live may still grow.
   * Default a quarter of what the node's vTasks may hold, at most all of it.
   */
  readonly memoryBytes: number;
  /** Bytes of an image that it may start. Default and maximum 256 MiB. */
  readonly imageBytes: number;
  /**
   * Processor time, in thousandths of a core, divided equally among the lanes that it has. Default and maximum 1,000,000,
   * which is no such limit.
   */
  readonly cpuRate: number;
  /**
   * Its part of the processors, relative to the weights of the other tenants whose vTasks want to run. 1 to 1,000, default
   * 100. Given by cgroups where the node has them, else by the priorities of processes, which are a quarter apart: 13 and
   * less are alike, and 305 and more.
   */
  readonly cpuWeight: number;
  /**
   * Bytes of the durable blobs that were written on the node, until they are collected. A blob counts as 4,096 at the
   * least. Default 16 GiB, at most 1 PiB.
   */
  readonly storeBytes: number;
}

export function writeTenantQuota(w: ValueWriter, v: TenantQuota): void {
  w.u32(v.vtasks);
  w.u64(v.memoryBytes);
  w.u64(v.imageBytes);
  w.u32(v.cpuRate);
  w.u32(v.cpuWeight);
  w.u64(v.storeBytes);
}

export function readTenantQuota(r: ValueReader): TenantQuota {
  return {
    vtasks: r.u32(),
    memoryBytes: r.u64(),
    imageBytes: r.u64(),
    cpuRate: r.u32(),
    cpuWeight: r.u32(),
    storeBytes: r.u64(),
  };
}

/** A tenant, as the node that answers sees it. */
export interface Tenant {
  readonly name: string;
  readonly quota: TenantQuota;
  /** Living vTasks on this node. */
  readonly vtasks: number;
  /** Bytes of linear memory that they hold, as last reported. */
  readonly memoryBytes: number;
  /** Bytes of durable blobs that count for it on this node. */
  readonly storeBytes: number;
  /** Microseconds of processor time that its vTasks have used since the node was started, those that ended included. */
  readonly cpuUs: number;
  /** The limits of the tenant that it has passed since then. */
  readonly refusals: readonly Refusal[];
  /** The ids of the processes that hold them; none where they run in threads of the node. */
  readonly cells: readonly number[];
  /** Whether it has a token of this node. */
  readonly hasToken: boolean;
}

export function writeTenant(w: ValueWriter, v: Tenant): void {
  w.string(v.name);
  writeTenantQuota(w, v.quota);
  w.u32(v.vtasks);
  w.u64(v.memoryBytes);
  w.u64(v.storeBytes);
  w.u64(v.cpuUs);
  w.count(v.refusals.length);
  for (const item1 of v.refusals) {
    writeRefusal(w, item1);
  }
  w.count(v.cells.length);
  for (const item2 of v.cells) {
    w.u32(item2);
  }
  w.bool(v.hasToken);
}

export function readTenant(r: ValueReader): Tenant {
  const part7 = r.string();
  const part8 = readTenantQuota(r);
  const part9 = r.u32();
  const part10 = r.u64();
  const part11 = r.u64();
  const part12 = r.u64();
  const count2 = r.count(2);
  const items1: Refusal[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readRefusal(r));
  }
  const part13 = items1;
  const count5 = r.count(1);
  const items4: number[] = [];
  for (let index6 = 0; index6 < count5; index6++) {
    items4.push(r.u32());
  }
  const part14 = items4;
  const part15 = r.bool();
  return {
    name: part7,
    quota: part8,
    vtasks: part9,
    memoryBytes: part10,
    storeBytes: part11,
    cpuUs: part12,
    refusals: part13,
    cells: part14,
    hasToken: part15,
  };
}

/**
 * Who may have vTasks, and how much of a node. For the owner of a node alone: a tenant's own sessions and vTasks are not
 * granted it.
 */
export interface TenantsCalls {
  /** The tenants that this node knows: those that were added here, and others that have vTasks or blobs here. */
  list(): Awaitable<readonly Tenant[]>;

  /**
   * Makes a tenant. Returns its token, which nobody can be told again: the node keeps a hash of it. None stands for the
   * default quota. A name has 1 to 63 of `a-z 0-9 -`, a
   * letter or digit first.
   *
   * Errors: `refused` (there is one of this name, or it is malformed), `quota-exceeded` (a limit is above its maximum).
   */
  add(name: string, quota: TenantQuota | undefined): Awaitable<Result<string, ErrorCode>>;

  /**
   * Changes the quota of a tenant, durably and at once: what it has beyond it stays, and it gets no more.
   *
   * Errors: `refused` (there is none, or it is one that every node has), `quota-exceeded` (a limit is above its maximum; names it).
   */
  set(name: string, quota: TenantQuota): Awaitable<Result<undefined, ErrorCode>>;

  /**
   * Takes a tenant away from this node: its token is void, its sessions and its vTasks here end.
   *
   * Errors: `refused` (there is none, or it is one that every node has).
   */
  remove(name: string): Awaitable<Result<undefined, ErrorCode>>;
}

