import type { Clock } from '#kernel/clock.ts';
import { Credits } from '#kernel/credits.ts';
import { Dispatcher } from '#kernel/dispatcher.ts';
import type { DurableList } from '#kernel/durable-list.ts';
import { Durables } from '#kernel/durables.ts';
import type { CellFiles, StartCell } from '#kernel/cell/cell.ts';
import { Cells } from '#kernel/cell/cells.ts';
import type { Images } from '#kernel/images.ts';
import { LaneFrames } from '#kernel/lane-frames.ts';
import { LaneLosses } from '#kernel/lane-losses.ts';
import { Leases } from '#kernel/leases.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import { LogBook } from '#kernel/log-book.ts';
import { logCalls } from '#kernel/log-calls.ts';
import type { Logger } from '#kernel/logger.ts';
import { Hops } from '#kernel/metrics/hops.ts';
import { monitorCalls } from '#kernel/monitor-calls.ts';
import { WatchList } from '#kernel/monitors/watch-list.ts';
import { unwatchAt } from '#kernel/monitors/set-watch.ts';
import { Watchers } from '#kernel/monitors/watchers.ts';
import { News } from '#kernel/news.ts';
import { OneWays } from '#kernel/one-ways.ts';
import { Orphans } from '#kernel/orphans.ts';
import { PeerCalls } from '#kernel/peer-calls.ts';
import { PeerFrames } from '#kernel/peer-frames.ts';
import type { Peers } from '#kernel/peers.ts';
import { Quotas } from '#kernel/quotas.ts';
import type { Random } from '#kernel/random.ts';
import type { Registers } from '#kernel/registers.ts';
import { Router, isSessions } from '#kernel/router.ts';
import { SendsOfNodes } from '#kernel/sends-of-nodes.ts';
import { Sessions } from '#kernel/sessions.ts';
import { Spawner, type Creation, type Wanted } from '#kernel/spawner.ts';
import type { Strategies } from '#kernel/strategies.ts';
import type { Tenants } from '#kernel/tenants.ts';
import { vtaskCalls } from '#kernel/vtask-calls.ts';
import { VTaskTable, type NewVTask, type VTask } from '#kernel/vtask-table.ts';
import { birthNode, type NodeId } from '#kernel/vtid.ts';
import type { ErrorCode, ExitReason, Quota } from '#posiv-wit/generated/kernel.ts';
import type { NodeView } from '#posiv-wit/generated/managers.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { ok, type Result } from '#posiv-wit/result.ts';

export interface KernelComponents {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly peers: Peers;
  readonly registers: Registers;
  readonly durableList: DurableList;
  readonly images: Images;
  readonly strategies: Strategies;
  readonly tenants: Tenants;
  readonly startCell: StartCell;
  /**
   * Told when a vTask has ended, of this node or one that made vTasks here, for the services that keep something for it. Not of
   * one that ended before this node heard of it: it has asked no service for anything.
   */
  readonly ended: (vtid: string) => void;
}

export interface KernelInit {
  /** Threads that run vTasks, of each cell. */
  readonly lanes: number;
  /** vTasks that a cell may hold: a tenant with more has several. */
  readonly cellVtasks: number;
  /** Bytes of memory that the vTasks of this node may hold in all. */
  readonly memoryLimit: number;
  /** A limit of a vTask or tenant that would be passed is only counted. */
  readonly counting: boolean;
}

/** The mechanism of one node: makes, runs, ends, joins and watches vTasks. What to do where is the managers' to say. */
export class Kernel {
  readonly components: KernelComponents;
  readonly self: NodeId;
  readonly table: VTaskTable;
  readonly dispatcher = new Dispatcher();
  readonly logs: LogBook;
  readonly durables: Durables;
  readonly watchers: Watchers;
  readonly watchList: WatchList;
  readonly sessions: Sessions;
  readonly peerCalls: PeerCalls;
  readonly peerFrames: PeerFrames;
  readonly laneFrames: LaneFrames;
  readonly laneLosses: LaneLosses;
  readonly oneWays: OneWays;
  readonly sendsOfNodes = new SendsOfNodes();
  readonly hops: Hops;
  readonly credits: Credits;
  readonly quotas: Quotas;
  readonly leases: Leases;
  readonly news = new News(this);
  /** No guest of this node runs from then on, by its clock, until it is told another time. */
  readonly actUntil = (deadline: number): void => this.#cells.actUntil(deadline);
  readonly #init: KernelInit;
  readonly #cells: Cells;
  readonly #router: Router;
  readonly #spawner: Spawner;
  readonly #orphans: Orphans;
  /** This node takes no new vTasks. */
  draining = false;
  readonly #confirmed = new Map<string, PromiseWithResolvers<void>>();

  constructor(components: KernelComponents, init: KernelInit) {
    const { clock, logger, peers, startCell, random, images, strategies, tenants } = components;
    this.components = components;
    this.self = peers.self;
    this.#init = init;
    this.table = new VTaskTable({
      clock,
      changed: (vtask) => this.#changed(vtask),
      forgotten: (vtid) => this.logs.forget(vtid),
    });
    this.#cells = new Cells(
      {
        clock,
        logger,
        startCell,
        received: (lane, frame) => this.laneFrames.receive(lane, frame),
        lost: (lane, why) => this.laneLosses.lost(lane, why),
        lanesChanged: (tenant) => this.quotas.tell(tenant),
      },
      { lanes: init.lanes, vtasks: init.cellVtasks },
    );
    this.hops = new Hops(clock);
    this.oneWays = new OneWays(peers, this.hops);
    this.#router = new Router({
      table: this.table,
      cells: this.#cells,
      peers,
      oneWays: this.oneWays,
      hops: this.hops,
      pays: (message) => this.credits.pays(message),
      told: (node, frame) => this.sendsOfNodes.told(node, frame),
      toSessions: (lane, frame) => this.sessions.receive(lane, frame),
    });
    this.quotas = new Quotas(
      {
        clock,
        logger,
        strategies,
        tenants,
        cells: this.#cells,
        send: (lane, frame) => this.#router.toLane(lane, frame),
        end: (vtask, reason) => void this.end(vtask, reason),
      },
      init.counting,
    );
    this.logs = new LogBook({
      clock,
      credit: (vtid, bytes) =>
        this.#router.toVTask(vtid, { tag: 'log-credit', val: { vtid, bytes } }),
    });
    this.durables = new Durables(this, components.durableList);
    this.watchers = new Watchers({
      deliver: (watcher, notice) =>
        this.#router.toVTask(watcher, { tag: 'notice', val: { watcher, notice } }),
      over: (watcher, watch) =>
        this.#router.toVTask(watcher, { tag: 'watch-over', val: { watcher, watch } }),
    });
    this.watchList = new WatchList({
      self: this.self,
      notify: (watcher, notice) =>
        this.#toWatcher(watcher, { tag: 'notice', val: { watcher, notice } }),
      over: (watcher, watch) =>
        this.#toWatcher(watcher, { tag: 'watch-over', val: { watcher, watch } }),
    });
    this.sessions = new Sessions(this, (lane, frame) => this.laneFrames.receive(lane, frame));
    this.peerCalls = new PeerCalls(this.#router);
    this.peerFrames = new PeerFrames(this, this.#router);
    this.credits = new Credits({
      self: this.self,
      table: this.table,
      router: this.#router,
      oneWays: this.oneWays,
    });
    this.laneFrames = new LaneFrames(this, this.#router);
    this.laneLosses = new LaneLosses(this, this.#cells, this.#router);
    this.leases = new Leases({
      life: peers,
      random,
      table: this.table,
      tenants,
      cells: this.#cells,
      toLane: (lane, frame) => this.#router.toLane(lane, frame),
    });
    this.#spawner = new Spawner({
      peers,
      random,
      table: this.table,
      cells: this.#cells,
      router: this.#router,
      tenants,
      logger,
      images,
      durables: this.durables,
      logs: this.logs,
      strategies,
      quotas: this.quotas,
      leases: this.leases,
      draining: () => this.draining,
      load: () => ({ lanes: init.lanes, vtasks: this.table.living }),
      memory: () => ({ used: this.table.memoryBytes, limit: init.memoryLimit }),
    });
    this.#orphans = new Orphans({
      clock,
      end: (vtask) => void this.end(vtask, { tag: 'creator-ended' }),
    });
    this.dispatcher.provide('posiv:kernel/vtask@0.1.0', (caller) => vtaskCalls(this, caller));
    this.dispatcher.provide('posiv:kernel/monitor@0.1.0', (caller) => monitorCalls(this, caller));
    this.dispatcher.provide('posiv:kernel/log@0.1.0', (caller) => logCalls(this, caller));
    this.dispatcher.provide('posiv:wire/kernel@0.1.0', (caller) => this.peerFrames.calls(caller));
  }

  /** How many vTasks of one tenant run here at the same time. */
  get lanes(): number {
    return this.#cells.lanesPerCell;
  }

  /** The ids of the processes of a tenant's cells. */
  cells(tenant: string): readonly number[] {
    return this.#cells.pids(tenant);
  }

  /** What a lane may read by itself, where it does. */
  filesOf(lane: number): CellFiles | undefined {
    return this.#cells.filesOf(lane);
  }

  get memoryLimit(): number {
    return this.#init.memoryLimit;
  }

  /** All nodes, as the managers look at them. */
  view(): readonly NodeView[] {
    return this.components.peers.view();
  }

  /** Those that new vTasks may be placed on. */
  placeable(): readonly NodeView[] {
    const draining = this.components.peers.draining();
    return this.view().filter(({ id }) => !draining.has(id));
  }

  /** Whether this node would take a vTask now. */
  admits(wanted: Wanted): Promise<Result<undefined, ErrorCode>> {
    return this.#spawner.admits(wanted);
  }

  /** Makes a vTask on this node. */
  async create(creation: Creation): Promise<Result<string, ErrorCode>> {
    const made = await this.#spawner.create(creation);
    return made.ok ? ok(made.value.vtid) : made;
  }

  /** Whether a vTask with a name is being made here. */
  isMaking(vtid: string): boolean {
    return this.#spawner.isMaking(vtid);
  }

  /** Takes over a vTask that a lane has made by a lease, and that lives. */
  adopt(init: NewVTask): VTask {
    return this.#spawner.adopt(init);
  }

  /** What a vTask may use has changed. */
  adjusted(vtask: VTask, quota: Quota): void {
    vtask.quota = quota;
    this.quotas.lifetimes.follow(vtask);
    this.#router.toLane(vtask.lane, { tag: 'adjust', val: { vtid: vtask.vtid, quota } });
  }

  /** How much of the processor time that a lane claims for a vTask can be true, in microseconds. */
  accounted(lane: number, us: number): number {
    return isSessions(lane) ? 0 : this.#cells.account(lane, us);
  }

  schedule(vtask: VTask): void {
    this.table.transition(vtask, 'scheduled');
    this.#router.toLane(vtask.lane, { tag: 'start', val: { vtid: vtask.vtid } });
  }

  /** The lane of a vTask has confirmed that nothing of it has effect any more. */
  confirmEnd(vtask: VTask): void {
    const { lane, vtid } = vtask;
    this.table.confirmEnd(vtask);
    this.credits.senderEnded(vtid);
    if (!isSessions(lane)) this.#cells.removed(lane, vtid);
    this.#confirmed.get(vtid)?.resolve();
    this.#confirmed.delete(vtid);
  }

  /** Resolves once nothing of a vTask that has ended has effect any more. */
  async confirmed(vtid: string): Promise<void> {
    return this.#confirmed.get(vtid)?.promise;
  }

  /** Ends a vTask of this node; resolves when its lane has confirmed that nothing of it has effect any more. */
  async end(vtask: VTask, reason: ExitReason): Promise<void> {
    const { vtid, lane } = vtask;
    if (!hasEnded(vtask.state)) {
      this.#confirmed.set(vtid, Promise.withResolvers()); // first: who hears of the end may wait for it
      this.table.end(vtask, reason);
      const tell = (): void => this.#router.toLane(lane, { tag: 'end', val: { vtid, reason } });
      if (isSessions(lane)) tell();
      else this.#cells.end(lane, vtid, tell);
    }
    return this.confirmed(vtid);
  }

  /** A start of a node is over for good: its vTasks are lost, and those that were made for them end. */
  nodeLost(node: NodeId): void {
    this.oneWays.nodeLost(node);
    this.credits.nodeLost(node);
    this.watchers.nodeLost(node);
    this.watchList.nodeLost(node);
    this.news.nodeLost(node);
    const creators = this.#spawner.creators.union(this.durables.creators);
    for (const { creator } of this.table.values()) if (creator) creators.add(creator);
    for (const creator of creators) if (birthNode(creator) === node) this.creatorEnded(creator);
  }

  /** A vTask of another node has ended: its children here end too, and what services kept for it goes. */
  creatorEnded(creator: string): void {
    this.#spawner.creatorEnded(creator);
    this.durables.creatorEnded(creator);
    this.#orphans.add(this.table.childrenOf(creator));
    this.components.ended(creator);
  }

  /** Ends everything of a tenant that is on this node. */
  async endTenant(tenant: string): Promise<void> {
    const all = [...this.table.values()].filter((vtask) => vtask.tenant === tenant);
    await Promise.all(all.map((vtask) => this.end(vtask, { tag: 'killed' })));
  }

  /** There is a connection with a node, or one again. */
  nodeUp(node: NodeId): void {
    this.oneWays.catchUp(node);
    this.credits.nodeUp(node);
    this.news.nodeUp(node);
  }

  /** A node cannot be reached: what is out to it fails. */
  nodeDown(node: NodeId): void {
    this.oneWays.nodeDown(node);
    this.credits.nodeDown(node);
    this.peerCalls.nodeDown(node);
    this.sendsOfNodes.nodeDown(node);
    this.#cells.broadcast({ tag: 'node-down', val: { node } });
    this.sessions.broadcast({ tag: 'node-down', val: { node } });
  }

  /** Ends every vTask of this node, and its lanes. */
  async close(): Promise<void> {
    this.durables.close();
    for (const vtask of this.table.values()) this.table.end(vtask, { tag: 'killed' });
    this.sessions.close({ tag: 'killed' });
    await this.#cells.close();
    // Whoever waits for an answer keeps what it belongs to from ending, and a node that was frozen may never answer.
    this.peerCalls.close('this node ends');
  }

  /** Everything that follows from a change of state. */
  #changed(vtask: VTask): void {
    // First: whoever hears of its end must not believe that it still takes messages.
    if (hasEnded(vtask.state)) this.credits.targetEnded(vtask.vtid);
    this.watchList.changed(vtask);
    if (!hasEnded(vtask.state)) return;
    const { vtid } = vtask;
    this.logs.end(vtid);
    this.quotas.lifetimes.forget(vtid);
    this.leases.ended(vtid);
    this.#orphans.add(this.table.childrenOf(vtid));
    for (const node of vtask.childNodes ?? []) this.news.creatorEnded(node, vtid);
    for (const watch of this.watchers.drop(vtid)) unwatchAt(this, watch);
    this.durables.ended(vtask);
    this.components.ended(vtid);
  }

  #toWatcher(watcher: string, frame: Extract<Frame, { tag: 'notice' | 'watch-over' }>): void {
    const node = birthNode(watcher)!;
    if (node === this.self) this.peerFrames.toWatcher(frame);
    else this.#router.toNode(node, frame, '');
  }
}
