import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { BatchReader, type BatchReaderInit } from '#kernel/cell/batch-reader.ts';
import { BatchWriter } from '#kernel/cell/batch-writer.ts';
import type { CellEvents, CellLink } from '#kernel/cell/cell.ts';
import { CellError, cellErrorOf } from '#kernel/cell/errors.ts';
import { killGroup } from '#kernel/cell/kill-group.ts';
import { CONTROL_FD, FIRST_LANE_FD, SPARE_PIPES } from '#kernel/cell/layout.ts';
import type { LentFiles } from '#kernel/cell/lent-files.ts';
import { lowerPriority, nicenessOf, setNiceness } from '#kernel/cell/niceness.ts';
import { quiet } from '#kernel/cell/quiet.ts';
import type { ProcessGroup } from '#kernel/cgroup/process-group.ts';
import type { Clock } from '#kernel/clock.ts';
import { isPassing, passingFramesOf, writeSplit, type NodeFrame } from '#kernel/ipc/passing.ts';
import type { Logger } from '#kernel/logger.ts';
import { machineAheadMs } from '#kernel/system-clock.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import {
  readCellReport,
  writeCellOrder,
  type CellOrder,
  type CellReport,
} from '#posiv-wit/generated/wire.ts';

// The largest call is an `append` of 4 MiB; what its turn sent before it shares its batch.
const MAX_BATCH_BYTES = 6 << 20;
const MAX_REPORT_BYTES = 64 << 10;
// A cell that reads nothing while so much waits for it, and is told still more, is ended.
const MAX_QUEUED_BYTES = 256 << 20;
const KEPT_OUTPUT_BYTES = 2 << 10;
const MAX_OUTPUT_BYTES = 256 << 10;
// What a lane or a cell ends with, and the reason for it, come on different ways.
const REASON_WITHIN_MS = 500;

/** How the process of a cell is started. */
export interface CellCommand {
  /** The program and its arguments, whatever is wrapped around it included. */
  readonly words: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

export interface CellProcessComponents {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What one cell has for itself, and which ends with it. */
export interface CellBelongings {
  /** What it may read beside what the command says. */
  readonly files?: LentFiles | undefined;
  /** Where it is among the cgroups of its machine, if there are any. */
  readonly group?: ProcessGroup | undefined;
}

interface LaneEnd {
  readonly socket: Socket;
  readonly writer: BatchWriter<NodeFrame>;
  readonly reader: BatchReader<NodeFrame>;
  readonly drained: (() => void)[];
  state: 'unused' | 'used' | 'ended';
  why: string | undefined;
}

/** The process of a cell, seen from the node. Until it is taken for a tenant it has nothing to do. */
export class CellProcess implements CellLink {
  /** Resolves once its lanes have loaded their code, or it has ended before: with the reason, where it did so by itself. */
  readonly ready: Promise<string | undefined>;
  readonly pid: number | undefined;
  readonly files: LentFiles | undefined;
  readonly #group: ProcessGroup | undefined;
  readonly #components: CellProcessComponents;
  readonly #child: ChildProcess;
  readonly #control: BatchWriter<CellOrder>;
  readonly #lanes: LaneEnd[];
  readonly #usage = new Map<number, ((ms: number | undefined) => void)[]>();
  readonly #exited: Promise<void>;
  readonly #aheadMs = machineAheadMs();
  #setReady!: (stillborn?: string) => void;
  /** What it was last to have. */
  #niceness: number | undefined;
  #reniced: Promise<void> = Promise.resolve();
  #joined: Promise<void> = Promise.resolve();
  #events: CellEvents | undefined;
  #output = '';
  #outputBytes = 0;
  /** Why it is over, once it is. */
  #over: string | undefined;

  constructor(
    components: CellProcessComponents,
    command: CellCommand,
    lanes: number,
    { files, group }: CellBelongings = {},
  ) {
    this.#components = components;
    this.files = files;
    this.#group = group;
    this.ready = new Promise((resolve) => (this.#setReady = resolve));
    const [program, ...args] = group?.enter(command.words) ?? command.words;
    const pipes = Array.from({ length: 1 + lanes + SPARE_PIPES }, () => 'pipe' as const);
    this.#child = spawn(program, args, {
      env: { ...command.env },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', ...pipes],
    });
    this.pid = this.#child.pid;
    lowerPriority(this.pid);
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        killGroup(this.#child); // who is left of it would keep its output open
        this.#whenHeard(() => {
          this.#end(`its process ended with ${signal ?? `status ${code}`}`, true);
          resolve();
        });
      });
      this.#child.once('error', (error) => {
        this.#end(`its process was not started: ${error.message}`, true);
        resolve();
      });
    });
    this.#keepOutput(this.#child.stderr!);
    const streams = this.#child.stdio as unknown as readonly Socket[];
    const control = streams[CONTROL_FD]!;
    this.#control = new BatchWriter(control, writeCellOrder);
    quiet(control);
    void new BatchReader<CellReport>(control, {
      clock: components.clock,
      maxBytes: MAX_REPORT_BYTES,
      decode: reportsOf,
      isDone: () => true,
      received: (report) => this.#reported(report),
      failed: (error) => this.#violated(error),
    });
    this.#lanes = streams
      .slice(FIRST_LANE_FD)
      .map((socket, lane) => this.#laneEnd(socket, lane, lane < lanes));
  }

  /** False once it has ended. */
  get alive(): boolean {
    return this.#over === undefined;
  }

  /** Gives it to a tenant, or to who looks after it until it has one. */
  take(events: CellEvents, tenant?: string): void {
    this.#events = events;
    if (tenant !== undefined) this.#joined = this.#join(tenant);
    const over = this.#over;
    if (over !== undefined) this.#components.clock.soon(() => events.lost(over));
  }

  send(lane: number, frame: NodeFrame): void {
    const { writer } = this.#lanes[lane]!;
    writer.send(frame);
    if (writer.queued > MAX_QUEUED_BYTES)
      this.#violated(
        new CellError(
          'cell-flooded',
          `it did not take the ${writer.queued} bytes that wait for it`,
        ),
      );
  }

  actUntil(deadline: number): void {
    const machineUs = Math.max(0, Math.floor((deadline + this.#aheadMs) * 1_000));
    const val = deadline === Infinity ? undefined : machineUs;
    if (this.alive) this.#control.send({ tag: 'act-until', val });
  }

  queued(lane: number): number {
    return this.#lanes[lane]!.writer.queued;
  }

  hold(lane: number, until: Promise<void>): void {
    this.#lanes[lane]!.reader.hold(until);
  }

  drained(lane: number): Promise<void> {
    const { socket, drained } = this.#lanes[lane]!;
    if (socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => drained.push(resolve));
  }

  usedMs(lane: number): Promise<number | undefined> {
    if (!this.alive || this.#lanes[lane]!.state !== 'used') return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const waiting = this.#usage.get(lane) ?? [];
      waiting.push(resolve);
      this.#usage.set(lane, waiting);
      this.#control.send({ tag: 'ask-usage', val: lane });
    });
  }

  replace(lane: number): number | undefined {
    this.#lanes[lane]!.state = 'ended';
    this.#control.send({ tag: 'end-lane', val: lane });
    this.#forgetUsage(lane);
    const next = this.#lanes.findIndex(({ state }) => state === 'unused');
    if (next < 0) return undefined;
    this.#lanes[next]!.state = 'used';
    this.#control.send({ tag: 'start-lane', val: next });
    return next;
  }

  async weigh(weight: number): Promise<void> {
    if (this.#group?.weighs) {
      await this.#joined;
      return this.#group.weigh(weight);
    }
    const niceness = nicenessOf(weight);
    if (niceness !== this.#niceness) {
      this.#niceness = niceness;
      this.#reniced = this.#reniced.then(() => this.#renice(niceness));
    }
    return this.#reniced;
  }

  async terminate(): Promise<void> {
    this.#events = undefined;
    this.#end('it was ended');
    await this.#exited;
    await this.#reniced;
    await this.#joined;
    await Promise.all([this.#group?.close(), this.files?.close()]);
  }

  /** Once it has begun, since it begins with going where it is first. */
  async #join(tenant: string): Promise<void> {
    await this.ready;
    if (this.alive) await this.#group?.join(tenant);
  }

  #laneEnd(socket: Socket, lane: number, used: boolean): LaneEnd {
    quiet(socket);
    const end: LaneEnd = {
      socket,
      writer: new BatchWriter(socket, writeSplit),
      reader: new BatchReader<NodeFrame>(socket, {
        clock: this.#components.clock,
        maxBytes: MAX_BATCH_BYTES,
        decode: passingFramesOf,
        isDone: isPassing,
        late: LATE_CALLS,
        received: (frame) => {
          if (end.state === 'used') this.#events?.received(lane, frame);
        },
        failed: (error) => this.#violated(error),
      }),
      drained: [],
      state: used ? 'used' : 'unused',
      why: undefined,
    };
    const letGo = (): void => {
      for (const resolve of end.drained.splice(0)) resolve();
    };
    socket.on('drain', letGo);
    socket.on('close', () => {
      letGo();
      if (end.why !== undefined) this.#laneLost(lane);
      else this.#components.clock.after(REASON_WITHIN_MS, () => this.#laneLost(lane));
    });
    return end;
  }

  /** Once it has begun, since it begins with giving itself the priority of all cells. */
  async #renice(niceness: number): Promise<void> {
    await this.ready;
    if (!this.alive || this.pid === undefined || niceness !== this.#niceness) return;
    const { pid } = this;
    await setNiceness(pid, niceness, this.#components.clock).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#components.logger.warn(
        'a cell cannot be given the weight of its tenant; see vstar doctor',
        {
          pid,
          niceness,
          why,
        },
      );
    });
  }

  #reported(report: CellReport): void {
    switch (report.tag) {
      case 'ready':
        this.#setReady();
        break;
      case 'usage': {
        const { lane, microseconds } = report.val;
        this.#usage.get(lane)?.shift()?.(microseconds / 1_000);
        break;
      }
      case 'ended': {
        const end = this.#lanes[report.val.lane];
        if (!end || end.why !== undefined) break;
        end.why = report.val.why;
        if (end.socket.destroyed) this.#laneLost(report.val.lane);
      }
    }
  }

  #laneLost(lane: number): void {
    const end = this.#lanes[lane]!;
    if (!this.alive || end.state !== 'used') return;
    this.#forgetUsage(lane);
    this.#events?.laneLost(lane, end.why ?? 'its thread ended');
  }

  #forgetUsage(lane: number): void {
    for (const resolve of this.#usage.get(lane) ?? []) resolve(undefined);
    this.#usage.delete(lane);
  }

  /** It has done what a cell never does: it is ended. */
  #violated(error: unknown): void {
    if (!this.alive) return;
    const { code, message } = cellErrorOf(error);
    this.#components.logger.error('a cell was ended', { pid: this.pid, code, why: message });
    this.#end(`${message} [${code}]`);
  }

  #end(why: string, byItself = false): void {
    if (this.#over !== undefined) return;
    this.#over = this.#output === '' ? why : `${why}: ${this.#output.trim()}`;
    for (const lane of this.#usage.keys()) this.#forgetUsage(lane);
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) killGroup(this.#child);
    for (const { socket } of this.#lanes) socket.destroy();
    this.#setReady(byItself ? this.#over : undefined);
    this.#events?.lost(this.#over);
  }

  /** What it printed last may come after its end. */
  #whenHeard(then: () => void): void {
    const output = this.#child.stderr!;
    if (output.closed) return then();
    const cancel = this.#components.clock.after(REASON_WITHIN_MS, then);
    output.once('close', () => {
      cancel();
      then();
    });
  }

  /** What it prints is for the reason of its end: the last of it, and it cannot keep the node busy with more. */
  #keepOutput(stream: NodeJS.ReadableStream & { destroy(): void }): void {
    stream.on('data', (bytes: Buffer) => {
      this.#output = (this.#output + bytes.toString()).slice(-KEPT_OUTPUT_BYTES);
      this.#outputBytes += bytes.length;
      if (this.#outputBytes > MAX_OUTPUT_BYTES) stream.destroy();
    });
    stream.on('error', () => {});
  }
}

/** Whoever calls waits for the result, and for nothing else that its lane says. */
const LATE_CALLS: BatchReaderInit<NodeFrame>['late'] = {
  mayBe: ({ tag }) => tag === 'call',
  kept: (frame) => {
    const { val } = frame as Extract<NodeFrame, { tag: 'call' }>;
    const params = val.params.slice();
    return { message: { tag: 'call', val: { ...val, params } }, bytes: params.byteLength };
  },
};

function* reportsOf(batch: Uint8Array): Generator<CellReport> {
  const reader = new Reader(batch);
  while (reader.remaining > 0) yield readCellReport(reader);
}
