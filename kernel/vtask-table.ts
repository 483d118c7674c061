import { BriefVTasks } from '#kernel/brief-vtasks.ts';
import type { Clock } from '#kernel/clock.ts';
import { IllegalTransitionError } from '#kernel/errors.ts';
import { hasEnded, mayBecome, stateAfter } from '#kernel/life-cycle.ts';
import { Refusals } from '#kernel/refusals.ts';
import type { NodeId } from '#kernel/vtid.ts';
import type {
  ExitReason,
  Info,
  Options,
  Quota,
  Restart,
  State,
} from '#posiv-wit/generated/kernel.ts';

const KEPT_ENDED = 1000; // how many of those that ended can still be asked about

/** What a node knows of one of its vTasks. */
export interface VTask {
  readonly vtid: string;
  readonly name: string | undefined;
  /** Of the record of its name; 0 for an ephemeral one. */
  readonly fencingToken: number;
  readonly tenant: string;
  /** What it was made from: a path or a blob. */
  readonly image: string;
  /** The prepared image in the node's cache; empty for a session, which has none. */
  readonly program: string;
  readonly cmd: readonly string[];
  readonly environment: readonly (readonly [string, string])[];
  readonly grants: readonly string[];
  quota: Quota;
  readonly creator: string | undefined;
  readonly detached: boolean;
  readonly restart: Restart;
  /** How a durable one was asked for, and is to be made again. */
  readonly made: Options | undefined;
  readonly createdMs: number;
  /** By the monotonic clock. */
  readonly madeAt: number;
  /** The limits that it has passed. */
  readonly refusals: Refusals;
  /** Nodes on which it has made vTasks. */
  childNodes: Set<NodeId> | undefined;
  state: State;
  readonly lane: number;
  startedMs: number;
  endedMs: number;
  memoryBytes: number;
  mailboxBytes: number;
  /** Microseconds of processor time. */
  cpuUs: number;
  /** Calls of it that the node carries out now. */
  calls: number;
  reason: ExitReason | undefined;
  /** Its lane has confirmed its end: nothing of it has effect any more. */
  confirmed: boolean;
}

/** What the vTasks of a tenant hold here, sessions left out. */
export interface Held {
  readonly vtasks: number;
  readonly memoryBytes: number;
}

const NOTHING: Held = { vtasks: 0, memoryBytes: 0 };

export type NewVTask = Omit<
  VTask,
  | 'state'
  | 'createdMs'
  | 'madeAt'
  | 'refusals'
  | 'cpuUs'
  | 'startedMs'
  | 'endedMs'
  | 'memoryBytes'
  | 'mailboxBytes'
  | 'calls'
  | 'reason'
  | 'confirmed'
  | 'childNodes'
>;

export interface VTaskTableComponents {
  readonly clock: Clock;
  /** Told of every change of state, after it has been made. */
  readonly changed: (vtask: VTask) => void;
  /** Told when one that ended long ago can no longer be asked about. */
  readonly forgotten: (vtid: string) => void;
}

/** All vTasks of one node, and for a while those that have ended. Every change of state goes through it. */
export class VTaskTable {
  readonly #components: VTaskTableComponents;
  readonly #vtasks = new Map<string, VTask>();
  readonly #brief = new BriefVTasks();
  readonly #children = new Map<string, Set<VTask>>();
  readonly #held = new Map<string, Held>();
  /** Bytes by lane. Kept, since they are asked for with every vTask that is made. */
  readonly #onLanes = new Map<number, number>();
  #memoryBytes = 0;
  readonly #cpuUs = new Map<string, number>();
  #ended: string[] = [];
  #living = 0;

  constructor(components: VTaskTableComponents) {
    this.#components = components;
  }

  /** How many have not ended, sessions left out. */
  get living(): number {
    return this.#living;
  }

  add(init: NewVTask): VTask {
    const { clock } = this.#components;
    const vtask = made(init, clock.wallTime(), clock.now());
    this.#vtasks.set(vtask.vtid, vtask);
    if (vtask.program !== '') this.#living += 1;
    this.#tally(vtask, 1, 0);
    if (vtask.creator !== undefined && !vtask.detached) {
      const siblings = this.#children.get(vtask.creator) ?? new Set();
      this.#children.set(vtask.creator, siblings.add(vtask));
    }
    return vtask;
  }

  /**
   * Adds one that ended before this node heard of it, when it was in this state. Nobody can have asked for it, it has asked for
   * nothing, and it has said nothing: nobody has to be told.
   * @throws {illegal-transition}
   */
  addBrief(init: NewVTask, last: State, reason: ExitReason): VTask {
    const state = stateAfter(reason);
    if (hasEnded(last) || !mayBecome(last, state))
      throw new IllegalTransitionError(init.vtid, last, state);
    const { clock } = this.#components;
    const now = clock.wallTime();
    const vtask = made(init, now, clock.now());
    vtask.state = state;
    vtask.reason = reason;
    if (last === 'running' || last === 'suspended') vtask.startedMs = now;
    vtask.endedMs = now;
    vtask.confirmed = true;
    this.#brief.add(vtask);
    return vtask;
  }

  get(vtid: string): VTask | undefined {
    return this.#vtasks.get(vtid) ?? this.#brief.get(vtid);
  }

  /** Whether a vTask ended before this node heard of it. */
  isBrief(vtid: string): boolean {
    return this.#brief.get(vtid) !== undefined;
  }

  /** What a tenant holds, as last reported. */
  heldBy(tenant: string): Held {
    return this.#held.get(tenant) ?? NOTHING;
  }

  /** Bytes of memory that the vTasks of this node hold, as last reported. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** The same of one lane. */
  memoryOn(lane: number): number {
    return this.#onLanes.get(lane) ?? 0;
  }

  /** Microseconds of processor time that the vTasks of a tenant have used here, those that ended included. */
  cpuUsOf(tenant: string): number {
    return this.#cpuUs.get(tenant) ?? 0;
  }

  /** A vTask has used processor time since it was last told. */
  uses(vtask: VTask, cpuUs: number): void {
    vtask.cpuUs += cpuUs;
    this.#cpuUs.set(vtask.tenant, this.cpuUsOf(vtask.tenant) + cpuUs);
  }

  /** The tenants that have living vTasks here. */
  tenants(): Iterable<string> {
    return this.#held.keys();
  }

  /** What a living vTask holds has been reported. */
  holds(vtask: VTask, memoryBytes: number, mailboxBytes: number): void {
    if (hasEnded(vtask.state)) return;
    this.#tally(vtask, 0, memoryBytes - vtask.memoryBytes);
    vtask.memoryBytes = memoryBytes;
    vtask.mailboxBytes = mailboxBytes;
  }

  values(): Iterable<VTask> {
    return this.#brief.isEmpty ? this.#vtasks.values() : this.#all();
  }

  *#all(): Generator<VTask> {
    yield* this.#vtasks.values();
    yield* this.#brief.values();
  }

  /** The vTasks here that end with `creator`. */
  childrenOf(creator: string): readonly VTask[] {
    return [...(this.#children.get(creator) ?? [])];
  }

  /** @throws {illegal-transition} */
  transition(vtask: VTask, to: State): void {
    if (!mayBecome(vtask.state, to)) throw new IllegalTransitionError(vtask.vtid, vtask.state, to);
    vtask.state = to;
    const now = this.#components.clock.wallTime();
    if (to === 'running' && vtask.startedMs === 0) vtask.startedMs = now;
    if (hasEnded(to)) this.#end(vtask, now);
    this.#components.changed(vtask);
  }

  /** Ends a vTask for a reason; false if it had ended already. */
  end(vtask: VTask, reason: ExitReason): boolean {
    if (hasEnded(vtask.state)) return false;
    vtask.reason = reason;
    this.transition(vtask, stateAfter(reason));
    return true;
  }

  /** The lane of one that has ended has confirmed it: nobody waits for it any more, and it may be forgotten in time. */
  confirmEnd(vtask: VTask): void {
    if (vtask.confirmed || !hasEnded(vtask.state)) return;
    vtask.confirmed = true;
    this.#ended.push(vtask.vtid);
    if (this.#ended.length <= 2 * KEPT_ENDED) return;
    for (const vtid of this.#ended.slice(0, KEPT_ENDED)) {
      this.#vtasks.delete(vtid);
      this.#components.forgotten(vtid);
    }
    this.#ended = this.#ended.slice(KEPT_ENDED);
  }

  #tally({ tenant, program, lane }: VTask, vtasks: number, memoryBytes: number): void {
    if (program === '') return;
    this.#memoryBytes += memoryBytes;
    const onLane = this.memoryOn(lane) + memoryBytes;
    if (onLane === 0) this.#onLanes.delete(lane);
    else this.#onLanes.set(lane, onLane);
    const before = this.heldBy(tenant);
    const after = {
      vtasks: before.vtasks + vtasks,
      memoryBytes: before.memoryBytes + memoryBytes,
    };
    if (after.vtasks === 0) this.#held.delete(tenant);
    else this.#held.set(tenant, after);
  }

  #end(vtask: VTask, now: number): void {
    vtask.endedMs = now;
    if (vtask.program !== '') this.#living -= 1;
    this.#tally(vtask, -1, -vtask.memoryBytes);
    if (vtask.creator !== undefined) {
      const siblings = this.#children.get(vtask.creator);
      siblings?.delete(vtask);
      if (siblings?.size === 0) this.#children.delete(vtask.creator);
    }
  }
}

function made(init: NewVTask, createdMs: number, madeAt: number): VTask {
  return {
    ...init,
    state: 'created',
    createdMs,
    madeAt,
    refusals: new Refusals(),
    startedMs: 0,
    endedMs: 0,
    memoryBytes: 0,
    mailboxBytes: 0,
    cpuUs: 0,
    calls: 0,
    reason: undefined,
    confirmed: false,
    childNodes: undefined,
  };
}

/** What may be told of a vTask. */
export function infoOf(vtask: VTask, node: NodeId): Info {
  return {
    vtid: vtask.vtid,
    name: vtask.name,
    tenant: vtask.tenant,
    image: vtask.image,
    node,
    state: vtask.state,
    creator: vtask.creator,
    createdMs: vtask.createdMs,
    startedMs: vtask.startedMs,
    endedMs: vtask.endedMs,
    memoryBytes: vtask.memoryBytes,
    mailboxBytes: vtask.mailboxBytes,
    cpuUs: vtask.cpuUs,
    quota: vtask.quota,
    refusals: vtask.refusals.list(),
    reason: vtask.reason,
  };
}
