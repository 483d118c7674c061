import type { Clock } from '#kernel/clock.ts';
import { Dispatcher, type Caller } from '#kernel/dispatcher.ts';
import type { Images } from '#kernel/images.ts';
import { LanePool, type StartLane } from '#kernel/lane-pool.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import { LogBook } from '#kernel/log-book.ts';
import { logCalls } from '#kernel/log-calls.ts';
import type { Logger } from '#kernel/logger.ts';
import { monitorCalls } from '#kernel/monitor-calls.ts';
import { WatchList } from '#kernel/monitors/watch-list.ts';
import { Watchers, type Watch } from '#kernel/monitors/watchers.ts';
import { Names } from '#kernel/names.ts';
import { PeerCalls } from '#kernel/peer-calls.ts';
import { PeerFrames } from '#kernel/peer-frames.ts';
import type { Peers } from '#kernel/peers.ts';
import type { Random } from '#kernel/random.ts';
import type { Registers } from '#kernel/registers.ts';
import { Router, SESSIONS, isIpc, senderOf, unreachable } from '#kernel/router.ts';
import { Sessions } from '#kernel/sessions.ts';
import { Spawner, type Creation } from '#kernel/spawner.ts';
import type { Strategies } from '#kernel/strategies.ts';
import { vtaskCalls } from '#kernel/vtask-calls.ts';
import { VTaskTable, type VTask } from '#kernel/vtask-table.ts';
import { birthNode, type NodeId } from '#kernel/vtid.ts';
import type { ErrorCode, ExitReason } from '#posiv-wit/generated/kernel.ts';
import type { NodeView } from '#posiv-wit/generated/managers.ts';
import type { ChangeFrame, Durable, Frame } from '#posiv-wit/generated/wire.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

export interface KernelComponents {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly peers: Peers;
  readonly registers: Registers;
  readonly images: Images;
  readonly strategies: Strategies;
  readonly startLane: StartLane;
  /** Told when a vTask has ended, of this node or one that made vTasks here, for the services that keep something for it. */
  readonly ended: (vtid: string) => void;
}

export interface KernelInit {
  /** Threads that run vTasks. */
  readonly lanes: number;
  /** Bytes of memory that the vTasks of this node may hold in all. */
  readonly memoryLimit: number;
}

/** The mechanism of one node: makes, runs, ends, joins and watches vTasks. What to do where is the managers' to say. */
export class Kernel {
  readonly components: KernelComponents;
  readonly self: NodeId;
  readonly table: VTaskTable;
  readonly dispatcher = new Dispatcher();
  readonly logs: LogBook;
  readonly names: Names;
  readonly watchers: Watchers;
  readonly watchList: WatchList;
  readonly sessions: Sessions;
  readonly peerCalls: PeerCalls;
  readonly peerFrames: PeerFrames;
  readonly #init: KernelInit;
  readonly #lanes: LanePool;
  readonly #router: Router;
  readonly #spawner: Spawner;
  readonly #confirmed = new Map<string, () => void>();

  constructor(components: KernelComponents, init: KernelInit) {
    const { clock, logger, peers, startLane, random, images, strategies, registers } = components;
    this.components = components;
    this.self = peers.self;
    this.#init = init;
    this.table = new VTaskTable({
      clock,
      changed: (vtask) => this.#changed(vtask),
      forgotten: (vtid) => this.logs.forget(vtid),
    });
    this.#lanes = new LanePool(init.lanes, {
      clock,
      logger,
      startLane,
      received: (lane, frame) => this.#fromLane(lane, frame),
      lost: (lane, why) => this.#laneLost(lane, why),
    });
    this.#router = new Router({
      table: this.table,
      lanes: this.#lanes,
      peers,
      toSession: (frame) => this.sessions.lane.receive(frame),
    });
    this.logs = new LogBook({
      clock,
      credit: (vtid, bytes) =>
        this.#router.toVTask(vtid, { tag: 'log-credit', val: { vtid, bytes } }),
    });
    this.names = new Names({ registers, isAlive: (durable) => this.isAlive(durable) });
    this.watchers = new Watchers({
      deliver: (watcher, notice) =>
        this.#router.toVTask(watcher, { tag: 'notice', val: { watcher, notice } }),
      over: (watcher, watch) =>
        this.#router.toVTask(watcher, { tag: 'watch-over', val: { watcher, watch } }),
    });
    this.watchList = new WatchList({
      notify: (watcher, notice) =>
        this.#toWatcher(watcher, { tag: 'notice', val: { watcher, notice } }),
      over: (watcher, watch) =>
        this.#toWatcher(watcher, { tag: 'watch-over', val: { watcher, watch } }),
    });
    this.sessions = new Sessions(this, (frame) => this.#fromLane(SESSIONS, frame));
    this.peerCalls = new PeerCalls(this.#router);
    this.peerFrames = new PeerFrames(this, this.#router);
    this.#spawner = new Spawner({
      self: this.self,
      random,
      table: this.table,
      lanes: this.#lanes,
      router: this.#router,
      images,
      names: this.names,
      strategies,
      memory: () => ({ used: this.memoryUsed(), limit: init.memoryLimit }),
    });
    this.dispatcher.provide('posiv:kernel/vtask@0.1.0', (caller) => vtaskCalls(this, caller));
    this.dispatcher.provide('posiv:kernel/monitor@0.1.0', (caller) => monitorCalls(this, caller));
    this.dispatcher.provide('posiv:kernel/log@0.1.0', (caller) => logCalls(this, caller));
    this.dispatcher.provide('posiv:wire/kernel@0.1.0', (caller) => this.peerFrames.calls(caller));
  }

  /** Bytes of memory that the vTasks of this node hold, as last reported. */
  memoryUsed(): number {
    let used = 0;
    for (const vtask of this.table.values()) if (!hasEnded(vtask.state)) used += vtask.memoryBytes;
    return used;
  }

  get lanes(): number {
    return this.#lanes.size;
  }

  get memoryLimit(): number {
    return this.#init.memoryLimit;
  }

  /** All nodes, as the managers look at them. */
  view(): readonly NodeView[] {
    return this.components.peers.view();
  }

  /** Makes a vTask on this node. */
  async create(creation: Creation): Promise<Result<string, ErrorCode>> {
    const made = await this.#spawner.create(creation);
    if (!made.ok) return made;
    this.logs.open(made.value.vtid);
    return ok(made.value.vtid);
  }

  schedule(vtask: VTask): void {
    this.table.transition(vtask, 'scheduled');
    this.#router.toLane(vtask.lane, { tag: 'start', val: { vtid: vtask.vtid } });
  }

  /** Ends a vTask of this node; resolves when its lane has confirmed that nothing of it has effect any more. */
  end(vtask: VTask, reason: ExitReason): Promise<void> {
    const { vtid, lane } = vtask;
    if (!this.table.end(vtask, reason)) return Promise.resolve();
    const confirmed = new Promise<void>((resolve) => this.#confirmed.set(vtid, resolve));
    this.#router.toLane(lane, { tag: 'end', val: { vtid, reason } });
    if (lane !== SESSIONS) void this.#lanes.expectEnd(lane, vtid);
    return confirmed;
  }

  /** Whether the vTask of a name's record lives; undefined if its node cannot be asked. */
  async isAlive({ vtid }: Durable): Promise<boolean | undefined> {
    const node = birthNode(vtid)!;
    if (node === this.self) {
      const vtask = this.table.get(vtid);
      return vtask !== undefined && !hasEnded(vtask.state);
    }
    const info = await this.forward<{ state: VTask['state'] }>(node, 'vtask@0.1.0#info', [vtid], {
      vtid: '',
    });
    if (info.ok) return !hasEnded(info.value.state);
    return info.error.tag === 'unreachable' ? undefined : false;
  }

  /** Has another node carry out a call of `posiv:kernel`. */
  async forward<T>(
    node: NodeId,
    name: string,
    params: readonly unknown[],
    { vtid }: Pick<Caller, 'vtid'>,
  ): Promise<Result<T, ErrorCode>> {
    try {
      return (await this.peerCalls.call(node, `posiv:kernel/${name}`, params, vtid)) as Result<
        T,
        ErrorCode
      >;
    } catch {
      return err(unreachable(node));
    }
  }

  /** Sets a watch at the node of its target. */
  async watchAt(node: NodeId, caller: Caller, watch: Watch): Promise<Result<undefined, ErrorCode>> {
    const { watcher, id, target, what } = watch;
    if (node === this.self) return this.watchHere(caller.tenant, watcher, id, target, what);
    try {
      const params = [watcher, id, target, what];
      return (await this.peerCalls.call(node, 'posiv:wire/kernel@0.1.0#watch', params)) as Result<
        undefined,
        ErrorCode
      >;
    } catch {
      return err(unreachable(node));
    }
  }

  watchHere(
    tenant: string,
    watcher: string,
    id: number,
    target: string,
    what: Watch['what'],
  ): Result<undefined, ErrorCode> {
    const vtask = this.table.get(target);
    if (vtask?.tenant !== tenant) return err({ tag: 'no-such-task' });
    this.watchList.add(vtask, { vtid: watcher, id, what });
    return ok(undefined);
  }

  unwatchAt({ watcher, id, target }: Watch): void {
    const node = birthNode(target)!;
    if (node === this.self) this.watchList.remove(target, watcher, id);
    else this.tell(node, 'unwatch', [watcher, id, target]);
  }

  /** A node is gone for good, as far as this one can tell: its vTasks are lost, and those that were made for them end. */
  nodeLost(node: NodeId): void {
    this.watchers.nodeLost(node);
    const creators = new Set<string>();
    for (const { creator } of this.table.values())
      if (creator !== undefined && birthNode(creator) === node) creators.add(creator);
    for (const creator of creators) this.creatorEnded(creator);
  }

  /** A vTask of another node has ended: its children here end too, and what services kept for it goes. */
  creatorEnded(creator: string): void {
    for (const child of this.table.childrenOf(creator))
      void this.end(child, { tag: 'creator-ended' });
    this.components.ended(creator);
  }

  /** A node cannot be reached: what is out to it fails. */
  nodeDown(node: NodeId): void {
    this.peerCalls.nodeDown(node);
    this.#lanes.broadcast({ tag: 'node-down', val: { node } });
    this.sessions.lane.receive({ tag: 'node-down', val: { node } });
  }

  /** Ends every vTask of this node, and its lanes. */
  async close(): Promise<void> {
    for (const vtask of this.table.values()) this.table.end(vtask, { tag: 'killed' });
    this.sessions.lane.close({ tag: 'killed' });
    await this.#lanes.close();
  }

  #fromLane(lane: number, frame: Frame): void {
    if (isIpc(frame)) {
      const vtask = this.table.get(senderOf(frame));
      if (vtask?.lane !== lane) return;
      if (!hasEnded(vtask.state) || frame.tag === 'withdraw') return this.#router.route(frame);
      // The victim's last words have no effect; those who wait for its answer hear that it ended.
      if (frame.tag !== 'answer') return;
      const outcome = err({ tag: 'task-died', val: 'the vTask has ended' } as const);
      return this.#router.route({ tag: 'answer', val: { ...frame.val, outcome } });
    }
    switch (frame.tag) {
      case 'call':
        void this.#carryOut(lane, frame);
        break;
      case 'change':
        this.#laneChanged(lane, frame.val);
        break;
      case 'usage': {
        const vtask = this.table.get(frame.val.vtid);
        if (vtask?.lane !== lane) break;
        vtask.memoryBytes = frame.val.memory;
        vtask.mailboxBytes = frame.val.mailbox;
        break;
      }
      case 'log': {
        const { vtid, channel, text } = frame.val;
        if (this.table.get(vtid)?.lane === lane) this.logs.write(vtid, channel, text);
      }
    }
  }

  async #carryOut(lane: number, { val }: Extract<Frame, { tag: 'call' }>): Promise<void> {
    const vtask = this.table.get(val.caller);
    if (vtask?.lane !== lane || hasEnded(vtask.state)) return;
    const { vtid, creator, tenant, grants } = vtask;
    const caller = { vtid, creator, tenant, grants, node: undefined };
    await this.dispatcher.carryOut(val, caller, (returned) =>
      this.#router.toLane(lane, { tag: 'returned', val: returned }),
    );
  }

  #laneChanged(lane: number, { vtid, state, reason }: ChangeFrame): void {
    const vtask = this.table.get(vtid);
    if (vtask?.lane !== lane) return;
    if (reason === undefined) {
      if (!hasEnded(vtask.state)) this.table.transition(vtask, state);
      return;
    }
    this.table.end(vtask, reason);
    if (lane !== SESSIONS) this.#lanes.removed(lane, vtid);
    this.#confirmed.get(vtid)?.();
    this.#confirmed.delete(vtid);
  }

  #laneLost(lane: number, why: string): void {
    for (const vtask of this.table.values()) {
      if (vtask.lane !== lane) continue;
      this.table.end(vtask, { tag: 'lane-lost', val: why });
      this.#confirmed.get(vtask.vtid)?.();
      this.#confirmed.delete(vtask.vtid);
    }
  }

  /** Everything that follows from a change of state. */
  #changed(vtask: VTask): void {
    this.watchList.changed(vtask);
    if (!hasEnded(vtask.state)) return;
    const { vtid, name, fencingToken } = vtask;
    this.logs.end(vtid);
    for (const child of this.table.childrenOf(vtid)) void this.end(child, { tag: 'creator-ended' });
    for (const node of vtask.childNodes) this.tell(node, 'creator-ended', [vtid]);
    for (const watch of this.watchers.drop(vtid)) this.unwatchAt(watch);
    if (name !== undefined)
      this.names.free(name, fencingToken).catch((error: unknown) => {
        // The record stays, and whoever claims the name next finds that its vTask has ended.
        this.components.logger.debug('a name was not freed', { name, error: String(error) });
      });
    this.components.ended(vtid);
  }

  #toWatcher(watcher: string, frame: Extract<Frame, { tag: 'notice' | 'watch-over' }>): void {
    const node = birthNode(watcher)!;
    if (node === this.self) this.peerFrames.toWatcher(frame);
    else this.#router.toNode(node, frame);
  }

  /** Tells a node something that it need not answer; one that cannot be reached will find out in other ways. */
  tell(node: NodeId, method: string, params: readonly unknown[]): void {
    this.peerCalls
      .call(node, `posiv:wire/kernel@0.1.0#${method}`, params)
      .catch((error: unknown) => {
        this.components.logger.debug('a node was not told', { node, method, error: String(error) });
      });
  }
}
