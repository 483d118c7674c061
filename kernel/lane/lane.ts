import type { Clock } from '#kernel/clock.ts';
import { CallFailedError } from '#kernel/errors.ts';
import { CallTable } from '#kernel/ipc/call-table.ts';
import type { Body } from '#kernel/lane/body.ts';
import { ipcCalls } from '#kernel/lane/ipc-calls.ts';
import { LeftMemory } from '#kernel/lane/left-memory.ts';
import { LogWriter } from '#kernel/lane/log-writer.ts';
import { Timers } from '#kernel/lane/timers.ts';
import type { Limits } from '#kernel/lane/limits.ts';
import { Task } from '#kernel/lane/task.ts';
import { type Alarm, type Runner, Scheduler } from '#kernel/scheduler/scheduler.ts';
import type { ShareInit } from '#kernel/scheduler/share.ts';
import { PAGE_BYTES } from '#kernel/quota.ts';
import { birthNode, unreachable } from '#kernel/vtid.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import type { ErrorCode, ExitReason, IpcCalls, Quota, State } from '#posiv-wit/generated/kernel.ts';
import type { Frame, CreateFrame } from '#posiv-wit/generated/wire.ts';
import { type Awaitable, err } from '#posiv-wit/result.ts';
import { describe } from '#wasm-abi/trap.ts';

// A lane that only ran microtasks would never read its port.
const TURN_MS = 2;
const USAGE_EVERY_MS = 250;

/** Of the parameters of one call: the most that vStore takes at once, and what stands beside it. A larger batch would end the cell. */
const MAX_PARAMS_BYTES = (4 << 20) + (64 << 10);

/** Cheaper than `queueMicrotask`, of which Node makes an asynchronous resource. */
const SOON = Promise.resolve();

const DIED_WITH_ITS_LANE: ErrorCode = { tag: 'task-died', val: 'the vTask ended with its lane' };

/** What the lane gives to a body: the calls that it may make, and where its output goes. */
export interface Host {
  readonly task: Task;
  readonly ipc: IpcCalls;
  readonly log: LogWriter;
  readonly clock: Clock;
  /** When its code may run. */
  readonly runner: Runner;
  /** Asks the node to carry out a call of any other interface. */
  call(descriptor: FunctionDescriptor, params: readonly unknown[]): Awaitable<unknown>;
}

export interface LaneComponents {
  readonly clock: Clock;
  /** Interrupts the guests of this lane. */
  readonly alarm: Alarm;
  /** Sends a frame to the node. */
  readonly send: (frame: Frame) => void;
  /** Has the memory of vTasks that have ended given back; they held much. */
  readonly collect: () => void;
  /** Makes what runs. Rejects with why it cannot be started. */
  readonly load: (start: CreateFrame, host: Host) => Promise<Body>;
}

interface Entry {
  readonly init: CreateFrame;
  readonly task: Task;
  readonly host: Host;
  /** What the node was told last. */
  memory: number;
  mailbox: number;
  cpuUs: number;
  refused: number;
}

/** The vTasks of one thread, and the ways between them. */
export class Lane {
  readonly #components: LaneComponents;
  readonly #entries = new Map<string, Entry>();
  readonly #calls: CallTable;
  readonly #timers: Timers;
  readonly #scheduler: Scheduler;
  readonly #leftMemory: LeftMemory;
  readonly #mode = { counting: false };
  #ready: Task[] = [];
  #draining = false;
  readonly #drainSoon = () => this.#drain();
  #turnEnds: number | undefined;
  #cancelUsage: (() => void) | undefined;

  constructor(components: LaneComponents) {
    this.#components = components;
    this.#timers = new Timers(components.clock);
    this.#scheduler = new Scheduler(components);
    this.#leftMemory = new LeftMemory(components.clock, components.collect);
    this.#calls = new CallTable((val) => components.send({ tag: 'call', val }));
  }

  /** Takes a frame from the node. */
  receive(frame: Frame): void {
    switch (frame.tag) {
      case 'create':
        this.create(frame.val);
        break;
      case 'start':
        void this.#start(frame.val.vtid);
        break;
      case 'end':
        this.#entries.get(frame.val.vtid)?.task.end(frame.val.reason);
        break;
      case 'returned':
        this.#calls.returned(frame.val);
        break;
      case 'notice':
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
      case 'settings':
        this.#mode.counting = frame.val.counting;
        this.#scheduler.adjust(frame.val);
        break;
      case 'node-down': {
        const { node } = frame.val;
        this.#lost((vtid) => birthNode(vtid) === node, unreachable(node));
        break;
      }
      case 'gone': {
        const gone = new Set(frame.val.vtids);
        this.#lost((vtid) => gone.has(vtid), DIED_WITH_ITS_LANE);
        break;
      }
      default:
        if (!this.#deliver(frame)) this.#refuse(frame);
    }
  }

  /** Makes a vTask, which has a mailbox from now on. */
  create(init: CreateFrame): Host {
    const { vtid, quota } = init;
    const runner = this.#scheduler.add(shareOf(quota), () => task.ended);
    const task: Task = new Task(
      { vtid, quota, mode: this.#mode },
      {
        clock: this.#components.clock,
        timers: this.#timers,
        runner,
        route: (frame) => this.#route(frame),
        ready: (each) => this.#queue(each),
        ended: (each, reason) => this.#ended(each, reason),
      },
    );
    const host: Host = {
      task,
      ipc: ipcCalls(task),
      log: new LogWriter(task, this.#components.clock, this.#components.send),
      clock: this.#components.clock,
      runner,
      call: (descriptor, params) => this.#call(task, descriptor, params),
    };
    this.#entries.set(vtid, { init, task, host, memory: 0, mailbox: 0, cpuUs: 0, refused: 0 });
    this.#watchUsage();
    return host;
  }

  /** Loads and runs a vTask, and tells the node of each step. Resolves when it has ended or only waits for work. */
  async #start(vtid: string): Promise<void> {
    const entry = this.#entries.get(vtid);
    if (!entry) return;
    const { init, task, host } = entry;
    this.#changed(vtid, 'starting');
    let body: Body;
    try {
      body = await this.#components.load(init, host);
    } catch (error) {
      const tag = codeOf(error) === 'quota-exceeded' ? 'quota-exceeded' : 'start-failed';
      return task.end({ tag, val: describe(error) });
    }
    if (task.ended) return;
    this.#changed(vtid, 'running');
    try {
      await task.run(body, init.cmd);
    } catch (error) {
      task.end({ tag: 'trapped', val: describe(error) });
    }
  }

  /** Ends everything. */
  close(reason: ExitReason): void {
    for (const { task } of this.#entries.values()) task.end(reason);
    this.#calls.close('the lane is closed');
    this.#cancelUsage?.();
    this.#timers.close();
  }

  #adjust(vtid: string, quota: Quota): void {
    const entry = this.#entries.get(vtid);
    if (!entry) return;
    const { task, host } = entry;
    task.adjust(quota);
    host.log.adjusted();
    host.runner.share.adjust(shareOf(quota), this.#components.clock.now());
  }

  #lost(others: (vtid: string) => boolean, error: ErrorCode): void {
    for (const { task } of this.#entries.values()) task.lost(others, error);
  }

  #route(frame: Frame): void {
    if (!this.#deliver(frame)) this.#components.send(frame);
  }

  /** Gives a frame to the vTask of this lane that it is for; false when there is none. */
  #deliver(frame: Frame): boolean {
    switch (frame.tag) {
      case 'request':
      case 'message': {
        const entry = this.#entries.get(frame.val.target);
        if (!entry) return false;
        if (frame.tag === 'request') entry.task.offerRequest(frame.val);
        else entry.task.offerMessage(frame.val);
        return true;
      }
      case 'withdraw': {
        const { caller, target, id } = frame.val;
        const entry = this.#entries.get(target);
        entry?.task.withdraw({ vtid: caller, id });
        return entry !== undefined;
      }
      case 'answer':
      case 'parked':
      case 'room': {
        const entry = this.#entries.get(frame.val.caller);
        if (!entry) return false;
        const { outbox } = entry.task;
        if (!outbox.isTo(frame.val.id, frame.val.target)) return true; // answered by another than was asked
        if (frame.tag === 'answer') outbox.answered(frame.val.id, frame.val.outcome);
        else outbox[frame.tag](frame.val.id);
        return true;
      }
      default:
        return true; // nothing that a lane takes: dropped, the node is trusted but may be newer
    }
  }

  /** The node sent it here, but the vTask has ended meanwhile. */
  #refuse(frame: Frame): void {
    if (frame.tag !== 'request' && frame.tag !== 'message') return;
    const { target, id } = frame.val;
    const caller = frame.tag === 'request' ? frame.val.caller : frame.val.sender;
    const outcome = err({ tag: 'task-died', val: 'the vTask has ended' } as const);
    this.#route({ tag: 'answer', val: { caller, id, target, outcome } });
  }

  #call(
    task: Task,
    descriptor: FunctionDescriptor,
    params: readonly unknown[],
  ): Awaitable<unknown> {
    const result = this.#calls.call(descriptor, task.vtid, params, (val) => {
      const { byteLength } = val.params;
      if (byteLength > MAX_PARAMS_BYTES)
        throw new CallFailedError(
          descriptor.name,
          `its parameters have ${byteLength} bytes, at most ${MAX_PARAMS_BYTES} are carried`,
        );
      this.#components.send({ tag: 'call', val });
    });
    return task.suspend<unknown>((wait) => {
      result.then(
        (value) => wait.resolve(value),
        (reason: Error) => wait.reject(reason),
      );
    });
  }

  #queue(task: Task): void {
    if (task.queued) return;
    task.queued = true;
    this.#ready.push(task);
    if (this.#draining) return;
    this.#draining = true;
    void SOON.then(this.#drainSoon);
  }

  /** Gives every ready vTask a step. After `TURN_MS` the rest waits until the event loop has come round. */
  #drain(): void {
    const { clock } = this.#components;
    if (this.#turnEnds === undefined) {
      this.#turnEnds = clock.now() + TURN_MS;
      clock.soon(() => {
        this.#turnEnds = undefined;
        if (this.#ready.length > 0) this.#drain();
      });
    }
    let now = clock.now();
    while (this.#ready.length > 0 && now < this.#turnEnds) {
      const tasks = this.#ready;
      this.#ready = [];
      for (const task of tasks) {
        task.queued = false;
        task.step(now);
      }
      now = clock.now();
    }
    this.#draining = this.#ready.length > 0;
  }

  #changed(vtid: string, state: State, reason?: ExitReason): void {
    this.#components.send({ tag: 'change', val: { vtid, state, reason } });
  }

  #ended(task: Task, reason: ExitReason): void {
    const entry = this.#entries.get(task.vtid);
    if (entry) {
      entry.host.runner.end();
      this.#reportUsage(entry); // what it has used counts when it has ended, too
      this.#leftMemory.left(entry.memory);
      this.#entries.delete(task.vtid);
    }
    this.#changed(task.vtid, reason.tag === 'exited' ? 'exited' : 'died', reason);
  }

  #watchUsage(): void {
    this.#cancelUsage ??= this.#components.clock.after(USAGE_EVERY_MS, () => {
      this.#cancelUsage = undefined;
      for (const entry of this.#entries.values()) this.#reportUsage(entry);
      if (this.#entries.size > 0) this.#watchUsage();
    });
  }

  #reportUsage(entry: Entry): void {
    const { task, host } = entry;
    const { refusals } = task.limits;
    const memory = task.memoryBytes();
    const mailbox = task.mailbox.bytes;
    const cpuUs = Math.round(host.runner.share.usedMs * 1_000);
    countGrowth(task.limits, entry.memory, memory);
    const refused = refusals.total;
    if (
      memory === entry.memory &&
      mailbox === entry.mailbox &&
      cpuUs === entry.cpuUs &&
      refused === entry.refused
    )
      return;
    Object.assign(entry, { memory, mailbox, cpuUs, refused });
    this.#components.send({
      tag: 'usage',
      val: { vtid: task.vtid, memory, mailbox, cpuUs, refusals: refusals.list() },
    });
  }
}

/** Where limits are counted, memory is let grow past its own; looked at when it is reported. */
function countGrowth(limits: Limits, before: number, now: number): void {
  const most = limits.quota.memoryPages * PAGE_BYTES;
  if (now > most && before <= most) limits.refuses('memory-pages');
}

/** Above a core there is nothing to hold back: a vTask does one thing at a time. */
function shareOf({ cpuWeight, cpuRate }: Quota): ShareInit {
  return { weight: cpuWeight, rate: cpuRate < 1_000 ? cpuRate : 0 };
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | undefined)?.code;
}
