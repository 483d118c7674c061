import type { Clock } from '#kernel/clock.ts';
import { CallFailedError } from '#kernel/errors.ts';
import { CallTable } from '#kernel/ipc/call-table.ts';
import type { Body } from '#kernel/lane/body.ts';
import type { Host } from '#kernel/lane/host.ts';
import { Idleness } from '#kernel/lane/idleness.ts';
import { Relief } from '#kernel/lane/relief.ts';
import { Ipc } from '#kernel/lane/ipc.ts';
import { type Collect, LeftMemory } from '#kernel/lane/left-memory.ts';
import type { Birth, Entry } from '#kernel/lane/entry.ts';
import { LocalCalls, watchesSet } from '#kernel/lane/local-calls.ts';
import { LocalWatches } from '#kernel/lane/local-watches.ts';
import { LogWriter } from '#kernel/lane/log-writer.ts';
import { Nursery } from '#kernel/lane/nursery.ts';
import { Timers } from '#kernel/lane/timers.ts';
import { Task } from '#kernel/lane/task.ts';
import type { TaskComponents } from '#kernel/lane/task-components.ts';
import { Turns } from '#kernel/lane/turns.ts';
import type { Siblings } from '#kernel/lane/siblings.ts';
import { Usage } from '#kernel/lane/usage.ts';
import { Ways } from '#kernel/lane/ways.ts';
import { Allowance } from '#kernel/scheduler/allowance.ts';
import { type Alarm, Scheduler } from '#kernel/scheduler/scheduler.ts';
import { shareOf } from '#kernel/scheduler/share.ts';
import { sameQuota } from '#kernel/quota.ts';
import { birthNode, unreachable } from '#kernel/vtid.ts';
import { VtidMap } from '#kernel/vtid-map.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import type { ErrorCode, ExitReason, Quota, State } from '#posiv-wit/generated/kernel.ts';
import type { Frame, CreateFrame, LentFrame } from '#posiv-wit/generated/wire.ts';
import { type Awaitable, ok, type Result } from '#posiv-wit/result.ts';
import { describe } from '#wasm-abi/trap.ts';

/** Of the parameters of one call: the most that vStore takes at once, and what stands beside it. A larger batch would end the cell. */
const MAX_PARAMS_BYTES = (4 << 20) + (64 << 10);

// Of each turn of the event loop: a lane that only ran microtasks would never read its port.
const AT_ONCE_MS = 1;

const DIED_WITH_ITS_LANE: ErrorCode = { tag: 'task-died', val: 'the vTask ended with its lane' };

export interface LaneComponents {
  readonly clock: Clock;
  /** Interrupts the guests of this lane. */
  readonly alarm: Alarm;
  /** See `SchedulerComponents`. */
  readonly usedMs?: () => number;
  /** Sends a frame to the node. */
  readonly send: (frame: Frame) => void;
  /** Sends what was sent so far without waiting for the end of the turn. */
  readonly flush: () => void;
  /** See `WayToNode`. */
  readonly room?: () => Promise<void> | undefined;
  /** The other lanes of its cell, where it has a way to them that does not lead by the node. */
  readonly siblings?: Siblings;
  /**
   * Has the memory of vTasks that have ended given back; they held much. `thoroughly`: at once, and whatever the lane held for what it
   * did, and has no use for now that all of its vTasks only wait.
   */
  readonly collect: (how: Parameters<Collect>[0] | 'thoroughly') => void;
  /** Tells of each time that the engine collects what this lane holds, when it begins and when it has. */
  readonly followCollections?: (heard: (what: 'begun' | 'done') => void) => void;
  /** The verified content of a file that the node lends, if it can be read here. */
  readonly readLent?: (file: LentFrame) => Uint8Array | undefined;
  /** Makes what runs, at once where it can. Throws, or rejects with, why it cannot be started. */
  readonly load: (start: CreateFrame, host: Host) => Awaitable<Body>;
}

/** The vTasks of one thread, and the ways between them. */
export class Lane {
  readonly #components: LaneComponents;
  readonly #entries = new VtidMap<Entry>();
  readonly #calls: CallTable;
  readonly #timers: Timers;
  readonly #scheduler: Scheduler;
  readonly #leftMemory: LeftMemory;
  readonly #turns: Turns;
  readonly #usage: Usage;
  readonly #idleness: Idleness;
  readonly #relief = new Relief();
  readonly #nursery: Nursery;
  readonly #watches = new LocalWatches();
  readonly #localCalls: LocalCalls;
  readonly #ways: Ways;
  readonly #mode = { counting: false };
  #lastQuota: Quota | undefined;
  readonly #taskComponents: TaskComponents;
  readonly #sendToNode = (frame: Frame): void => this.#send(frame);

  constructor(components: LaneComponents) {
    this.#components = components;
    this.#timers = new Timers(components.clock);
    this.#ways = new Ways({
      entries: this.#entries,
      toNode: this.#sendToNode,
      announce: () => this.#nursery.flush(),
      siblings: components.siblings,
    });
    this.#taskComponents = {
      clock: components.clock,
      timers: this.#timers,
      route: (frame) => this.#ways.route(frame),
      neighbour: (vtid) => this.#entries.get(vtid)?.task,
      isOpen: (task, target, straight) => this.#ways.isOpen(task, target, straight),
      ready: (task) => this.#turns.step(task),
      ended: (task, reason) => this.#ended(task, reason),
    };
    const atOnce = new Allowance(components.clock, AT_ONCE_MS);
    this.#scheduler = new Scheduler({ ...components, atOnce });
    this.#leftMemory = new LeftMemory(components.clock, components.collect);
    components.followCollections?.((what) => this.#leftMemory.engineCollects(what));
    this.#calls = new CallTable((val) => this.#send({ tag: 'call', val }));
    this.#turns = new Turns(components.clock, atOnce, (entry) => this.#start(entry));
    this.#usage = new Usage({
      clock: components.clock,
      entries: this.#entries,
      send: this.#sendToNode,
    });
    this.#idleness = new Idleness({
      clock: components.clock,
      entries: this.#entries,
      leftMemory: this.#leftMemory,
      collect: components.collect,
    });
    this.#nursery = new Nursery({
      clock: components.clock,
      timers: this.#timers,
      find: this.#taskComponents.neighbour,
      send: (frame) => this.#say(frame),
      create: (init, birth) => void this.create(init, birth),
    });
    this.#localCalls = new LocalCalls({
      nursery: this.#nursery,
      watches: this.#watches,
      find: (vtid) => this.#entries.get(vtid),
      schedule: (entry) => {
        this.#changed(entry, 'scheduled');
        this.#turns.start(entry);
      },
    });
  }

  /** Takes a frame from the node. */
  receive(frame: Frame): void {
    switch (frame.tag) {
      case 'create':
        this.create(frame.val);
        break;
      case 'start':
        this.#schedule(frame.val.vtid);
        break;
      case 'end':
        this.#entries.get(frame.val.vtid)?.task.end(frame.val.reason);
        break;
      case 'returned':
        this.#calls.returned(frame.val);
        break;
      case 'lent':
        this.#lent(frame.val);
        break;
      case 'notice':
        if (frame.val.notice.change.tag !== 'started') this.#ways.over(frame.val.notice.vtid);
        this.#entries.get(frame.val.watcher)?.task.notice(frame.val.notice);
        break;
      case 'watch-over':
        this.#entries.get(frame.val.watcher)?.task.watchOver();
        break;
      case 'log-credit':
        this.#entries.get(frame.val.vtid)?.host.log.credit(frame.val.bytes);
        break;
      case 'adjust':
        this.#adjust(frame.val.vtid, frame.val.quota);
        break;
      case 'lease':
        this.#nursery.lease(frame.val);
        break;
      case 'settings':
        this.#mode.counting = frame.val.counting;
        this.#scheduler.adjust(frame.val);
        break;
      case 'mark':
        this.#ways.marked(frame.val);
        break;
      case 'node-down': {
        const { node } = frame.val;
        this.#lost((vtid) => birthNode(vtid) === node, unreachable(node));
        break;
      }
      case 'gone': {
        const gone = new Set(frame.val.vtids);
        this.#lost((vtid) => gone.has(vtid), DIED_WITH_ITS_LANE);
        this.#ways.gone(gone);
        break;
      }
      default:
        this.#ways.receive(frame);
    }
  }

  /** Takes a frame of another lane of its cell. */
  receiveStraight(frame: Frame): void {
    this.#ways.receiveStraight(frame);
  }

  /** Makes a vTask, which has a mailbox from now on. */
  create(init: CreateFrame, birth?: Birth): Host {
    const { vtid } = init;
    const quota = this.#sharedQuota(init.quota);
    const runner = this.#scheduler.add(shareOf(quota), () => task.ended);
    const task: Task = new Task({ vtid, quota, mode: this.#mode, runner }, this.#taskComponents);
    const { clock } = this.#components;
    const host: Host = {
      task,
      ipc: new Ipc(task, this.#components),
      log: new LogWriter(task, clock, this.#sendToNode),
      clock,
      runner,
      call: (descriptor, params) => this.#call(task, descriptor, params),
    };
    this.#entries.set(vtid, {
      init,
      task,
      host,
      birth,
      state: 'created',
      watches: [],
      memory: 0,
      mailbox: 0,
      cpuUs: 0,
      refused: 0,
      usedMs: 0,
    });
    this.#usage.follow();
    this.#idleness.follow();
    return host;
  }

  /** Most vTasks of a lane have the same one. */
  #sharedQuota(quota: Quota): Quota {
    if (!this.#lastQuota || !sameQuota(quota, this.#lastQuota)) this.#lastQuota = quota;
    return this.#lastQuota;
  }

  /** Loads and runs a vTask, and tells the node of each step. */
  #start(entry: Entry): void {
    const { task, host } = entry;
    const init = entry.init!;
    entry.init = undefined; // not needed any more: a service lives on for long
    this.#changed(entry, 'starting');
    const { quota } = task.limits;
    const begin = (loaded: Body): void => {
      this.#relief.add(init.image, task, loaded);
      if (task.limits.quota !== quota) loaded.limitMemory?.(task.limits.memoryPages);
      this.#run(entry, loaded, init.cmd);
    };
    try {
      this.#leftMemory.left(this.#relief.before(init.image));
      const body = this.#components.load(init, host);
      if (body instanceof Promise)
        body.then(begin).catch((error: unknown) => failToStart(task, error));
      else begin(body);
    } catch (error) {
      failToStart(task, error);
    }
  }

  #run(entry: Entry, body: Body, cmd: readonly string[]): void {
    const { task } = entry;
    entry.body = body;
    if (task.ended) return;
    this.#changed(entry, 'running');
    this.#watches.started(entry);
    task.run(body, cmd);
  }

  /** Ends everything. */
  close(reason: ExitReason): void {
    for (const { task } of this.#entries.values()) task.end(reason);
    this.#calls.close('the lane is closed');
    this.#usage.close();
    this.#idleness.close();
    this.#timers.close();
  }

  /** The node has scheduled a vTask; one that was scheduled here meanwhile runs already. */
  #schedule(vtid: string): void {
    const entry = this.#entries.get(vtid);
    if (entry?.state !== 'created') return;
    entry.state = 'scheduled';
    this.#turns.start(entry);
  }

  #lent(file: LentFrame): void {
    const bytes = this.#components.readLent?.(file);
    if (bytes) return this.#calls.resolved(file.id, ok(bytes));
    this.#send({ tag: 'unread', val: { file: file.file } });
    this.#calls.again(file.id);
  }

  #adjust(vtid: string, quota: Quota): void {
    const entry = this.#entries.get(vtid);
    if (!entry) return;
    const { task, host, body } = entry;
    task.adjust(quota);
    body?.limitMemory?.(task.limits.memoryPages);
    host.log.adjusted();
    host.runner.share.adjust(shareOf(quota), this.#components.clock.now());
  }

  #lost(others: (vtid: string) => boolean, error: ErrorCode): void {
    for (const { task } of this.#entries.values()) task.lost(others, error);
  }

  /** Whether everybody has looked at what came for them of the node's results. */
  get settled(): boolean {
    return this.#scheduler.late === 0;
  }

  #call(
    task: Task,
    descriptor: FunctionDescriptor,
    params: readonly unknown[],
  ): Awaitable<unknown> {
    const local = this.#localCalls.carryOut(task, descriptor, params);
    if (local) return local;
    const result = this.#calls.call(descriptor, task.vtid, params, (val) => {
      const { byteLength } = val.params;
      if (byteLength > MAX_PARAMS_BYTES)
        throw new CallFailedError(
          descriptor.name,
          `its parameters have ${byteLength} bytes, at most ${MAX_PARAMS_BYTES} are carried`,
        );
      this.#send({ tag: 'call', val });
    });
    return task.suspend<unknown>((wait) => {
      result.then(
        (value) => {
          task.watches += watchesSet(descriptor, value as Result<unknown, ErrorCode>);
          wait.resolve(value);
        },
        (reason: Error) => wait.reject(reason),
      );
    });
  }

  /** Tells the node, as soon as it knows of the vTask. */
  #send(frame: Frame): void {
    this.#nursery.flush();
    this.#say(frame);
  }

  #say(frame: Frame): void {
    this.#ways.tells(frame);
    this.#components.send(frame);
  }

  #changed(entry: Entry, state: State): void {
    entry.state = state;
    const { birth, task } = entry;
    if (birth && !birth.announced) birth.state = state;
    else this.#send({ tag: 'change', val: { vtid: task.vtid, state, reason: undefined } });
  }

  #ended(task: Task, reason: ExitReason): void {
    const entry = this.#entries.get(task.vtid);
    if (!entry) return;
    const { vtid } = task;
    entry.host.runner.end();
    this.#usage.report(entry); // what it has used counts when it has ended, too
    this.#ways.ended(entry);
    this.#relief.delete(task);
    this.#entries.delete(vtid);
    this.#nursery.close(task);
    if (entry.birth && !entry.birth.announced) entry.birth.reason = reason;
    else {
      const state = reason.tag === 'exited' ? 'exited' : 'died';
      this.#send({ tag: 'change', val: { vtid, state, reason } });
    }
    this.#watches.ended(entry, reason);
    // Last: whatever becomes of the instance, all others have heard of the end.
    const { body } = entry;
    const released = reason.tag === 'exited' ? body?.release?.() : undefined;
    this.#leftMemory.left(released ?? entry.memory, () => body?.discard?.());
  }
}

function failToStart(task: Task, error: unknown): void {
  const { code } = error as { readonly code?: unknown };
  const tag = code === 'quota-exceeded' ? 'quota-exceeded' : 'start-failed';
  task.end({ tag, val: describe(error) });
}
