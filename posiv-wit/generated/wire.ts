// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';
import type { DrainProgress, ManagerName } from '#posiv-wit/generated/admin.ts';
import { type Channel, type ErrorCode, type ExitReason, type Notice, type Options, type Payload, type Quota, type Refusal, type State, type Vtid, type WatchId, readChannel, readErrorCode, readExitReason, readNotice, readOptions, readQuota, readRefusal, readState, writeChannel, writeErrorCode, writeExitReason, writeNotice, writeOptions, writeQuota, writeRefusal, writeState } from '#posiv-wit/generated/kernel.ts';
import type { Host, MachineError } from '#posiv-wit/generated/machine.ts';
import { type BlobId, type Stat, type StoreError, readStat, writeStat } from '#posiv-wit/generated/vstore.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';

/** What a node asks of a cell. A lane is named by the pipe that it was given. */
export type CellOrder =
  /** Start a lane on a pipe that has had none. */
  | { readonly tag: 'start-lane'; readonly val: number }
  /** End a lane at once, even in the middle of a guest's loop. */
  | { readonly tag: 'end-lane'; readonly val: number }
  /** Tell how much processor time a lane has used. */
  | { readonly tag: 'ask-usage'; readonly val: number }
  /**
   * Run no guest from this time of the machine's monotonic clock on, in microseconds: others may have taken the node for
   * lost by then. None: as long as the node runs.
   */
  | { readonly tag: 'act-until'; readonly val: number | undefined };

export function writeCellOrder(w: ValueWriter, v: CellOrder): void {
  switch (v.tag) {
    case 'start-lane': {
      w.u8(0);
      w.u32(v.val);
      break;
    }
    case 'end-lane': {
      w.u8(1);
      w.u32(v.val);
      break;
    }
    case 'ask-usage': {
      w.u8(2);
      w.u32(v.val);
      break;
    }
    case 'act-until': {
      w.u8(3);
      const v1 = v.val;
      if (v1 === undefined) {
        w.u8(0);
      } else {
        w.u8(1);
        w.u64(v1);
      }
      break;
    }
    default:
      unknownCase('CellOrder', v satisfies never);
  }
}

export function readCellOrder(r: ValueReader): CellOrder {
  const tag1 = r.tag(4);
  switch (tag1) {
    case 0: {
      return { tag: 'start-lane', val: r.u32() };
    }
    case 1: {
      return { tag: 'end-lane', val: r.u32() };
    }
    case 2: {
      return { tag: 'ask-usage', val: r.u32() };
    }
    case 3: {
      return { tag: 'act-until', val: r.tag(2) === 0 ? undefined : r.u64() };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/** The processor time of a lane since its start. */
export interface LaneUsage {
  readonly lane: number;
  readonly microseconds: number;
}

export function writeLaneUsage(w: ValueWriter, v: LaneUsage): void {
  w.u32(v.lane);
  w.u64(v.microseconds);
}

export function readLaneUsage(r: ValueReader): LaneUsage {
  return { lane: r.u32(), microseconds: r.u64() };
}

/** Why a lane is no more. */
export interface LaneEnd {
  readonly lane: number;
  readonly why: string;
}

export function writeLaneEnd(w: ValueWriter, v: LaneEnd): void {
  w.u32(v.lane);
  w.string(v.why);
}

export function readLaneEnd(r: ValueReader): LaneEnd {
  return { lane: r.u32(), why: r.string() };
}

/** What a cell tells its node. */
export type CellReport =
  /** Its lanes run. */
  | { readonly tag: 'ready' }
  | { readonly tag: 'usage'; readonly val: LaneUsage }
  | { readonly tag: 'ended'; readonly val: LaneEnd };

export function writeCellReport(w: ValueWriter, v: CellReport): void {
  switch (v.tag) {
    case 'ready': {
      w.u8(0);
      break;
    }
    case 'usage': {
      w.u8(1);
      writeLaneUsage(w, v.val);
      break;
    }
    case 'ended': {
      w.u8(2);
      writeLaneEnd(w, v.val);
      break;
    }
    default:
      unknownCase('CellReport', v satisfies never);
  }
}

export function readCellReport(r: ValueReader): CellReport {
  const tag1 = r.tag(3);
  switch (tag1) {
    case 0: {
      return { tag: 'ready' };
    }
    case 1: {
      return { tag: 'usage', val: readLaneUsage(r) };
    }
    case 2: {
      return { tag: 'ended', val: readLaneEnd(r) };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/** What one node asks of another that is to be drained, for its owner. */
export interface DrainingCalls {
  /** Takes no vTasks from now on, until `undrain`. An error says why that could not be kept on its disk. */
  drain(deadlineMs: number): Awaitable<Result<undefined, string>>;

  undrain(): Awaitable<Result<undefined, string>>;

  progress(): Awaitable<DrainProgress>;
}

/** One of a node's list. What it is made of stands in the record of its name. */
export interface DurableEntry {
  readonly tenant: string;
  readonly name: string;
  /** How often it was made again of late, for whoever has to make it again next. */
  readonly restarts: number;
}

export function writeDurableEntry(w: ValueWriter, v: DurableEntry): void {
  w.string(v.tenant);
  w.string(v.name);
  w.u32(v.restarts);
}

export function readDurableEntry(r: ValueReader): DurableEntry {
  return { tenant: r.string(), name: r.string(), restarts: r.u32() };
}

/** One life of a node. */
export interface NodeLife {
  readonly node: string;
  readonly incarnation: number;
}

export function writeNodeLife(w: ValueWriter, v: NodeLife): void {
  w.string(v.node);
  w.u64(v.incarnation);
}

export function readNodeLife(r: ValueReader): NodeLife {
  return { node: r.string(), incarnation: r.u64() };
}

/** A page of a node's list, kept in a register. Its first page is what a claim of the whole list changes. */
export interface DurablePage {
  /** Of the node whose list it is. */
  readonly incarnation: number;
  /** Who has taken it over: the node whose list it is writes it no more. */
  readonly taker: NodeLife | undefined;
  /** Of the first page: how many there are. */
  readonly pages: number;
  readonly entries: readonly DurableEntry[];
}

export function writeDurablePage(w: ValueWriter, v: DurablePage): void {
  w.u64(v.incarnation);
  const v1 = v.taker;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeNodeLife(w, v1);
  }
  w.u32(v.pages);
  w.count(v.entries.length);
  for (const item2 of v.entries) {
    writeDurableEntry(w, item2);
  }
}

export function readDurablePage(r: ValueReader): DurablePage {
  const part4 = r.u64();
  const part5 = r.tag(2) === 0 ? undefined : readNodeLife(r);
  const part6 = r.u32();
  const count2 = r.count(3);
  const items1: DurableEntry[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readDurableEntry(r));
  }
  const part7 = items1;
  return { incarnation: part4, taker: part5, pages: part6, entries: part7 };
}

/** A request on its way to its target. `id` is unique among those that the caller has out. */
export interface RequestFrame {
  readonly caller: Vtid;
  readonly target: Vtid;
  readonly id: number;
  readonly identity: string;
  readonly args: Payload;
  /** Of the caller's timeout, when the frame was sent. */
  readonly remainingMs: number;
  /** The vTasks that wait for the answer, the caller last; empty when the caller does not wait. */
  readonly chain: readonly Vtid[];
}

export function writeRequestFrame(w: ValueWriter, v: RequestFrame): void {
  w.string(v.caller);
  w.string(v.target);
  w.u32(v.id);
  w.string(v.identity);
  w.bytes(v.args);
  w.u32(v.remainingMs);
  w.count(v.chain.length);
  for (const item1 of v.chain) {
    w.string(item1);
  }
}

export function readRequestFrame(r: ValueReader): RequestFrame {
  const part4 = r.string();
  const part5 = r.string();
  const part6 = r.u32();
  const part7 = r.string();
  const part8 = r.bytes();
  const part9 = r.u32();
  const count2 = r.count(1);
  const items1: Vtid[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part10 = items1;
  return {
    caller: part4,
    target: part5,
    id: part6,
    identity: part7,
    args: part8,
    remainingMs: part9,
    chain: part10,
  };
}

/** A message on its way to its target. */
export interface MessageFrame {
  readonly sender: Vtid;
  readonly target: Vtid;
  /** 0 where it was sent by a credit: nobody waits for an answer. */
  readonly id: number;
  readonly identity: string;
  readonly body: Payload;
  readonly remainingMs: number;
}

export function writeMessageFrame(w: ValueWriter, v: MessageFrame): void {
  w.string(v.sender);
  w.string(v.target);
  w.u32(v.id);
  w.string(v.identity);
  w.bytes(v.body);
  w.u32(v.remainingMs);
}

export function readMessageFrame(r: ValueReader): MessageFrame {
  return {
    sender: r.string(),
    target: r.string(),
    id: r.u32(),
    identity: r.string(),
    body: r.bytes(),
    remainingMs: r.u32(),
  };
}

/** The end of a request, or with an empty payload the acceptance of a message. */
export interface AnswerFrame {
  readonly caller: Vtid;
  readonly id: number;
  /** Who answers: whom the caller asked. */
  readonly target: Vtid;
  readonly outcome: Result<Payload, ErrorCode>;
}

export function writeAnswerFrame(w: ValueWriter, v: AnswerFrame): void {
  w.string(v.caller);
  w.u32(v.id);
  w.string(v.target);
  const v1 = v.outcome;
  if (v1.ok) {
    w.u8(0);
    w.bytes(v1.value);
  } else {
    w.u8(1);
    writeErrorCode(w, v1.error);
  }
}

export function readAnswerFrame(r: ValueReader): AnswerFrame {
  return {
    caller: r.string(),
    id: r.u32(),
    target: r.string(),
    outcome: r.tag(2) === 0 ? { ok: true, value: r.bytes() } : { ok: false, error: readErrorCode(r) },
  };
}

/** The target's mailbox has no room (`parked`), or now keeps room for the one that was parked (`room`). */
export interface TurnFrame {
  readonly caller: Vtid;
  readonly id: number;
  readonly target: Vtid;
}

export function writeTurnFrame(w: ValueWriter, v: TurnFrame): void {
  w.string(v.caller);
  w.u32(v.id);
  w.string(v.target);
}

export function readTurnFrame(r: ValueReader): TurnFrame {
  return { caller: r.string(), id: r.u32(), target: r.string() };
}

/** One that was parked, or whose request waits, gives up. */
export interface WithdrawFrame {
  readonly caller: Vtid;
  readonly target: Vtid;
  readonly id: number;
}

export function writeWithdrawFrame(w: ValueWriter, v: WithdrawFrame): void {
  w.string(v.caller);
  w.string(v.target);
  w.u32(v.id);
}

export function readWithdrawFrame(r: ValueReader): WithdrawFrame {
  return { caller: r.string(), target: r.string(), id: r.u32() };
}

/** A mailbox keeps room for more messages of a sender of another lane, which need not wait for an answer to those that fit. */
export interface CreditFrame {
  readonly sender: Vtid;
  readonly target: Vtid;
  /** Of the messages: the target takes such. */
  readonly identity: string;
  /** In addition to what the sender has, as mailboxes count. */
  readonly bytes: number;
}

export function writeCreditFrame(w: ValueWriter, v: CreditFrame): void {
  w.string(v.sender);
  w.string(v.target);
  w.string(v.identity);
  w.u32(v.bytes);
}

export function readCreditFrame(r: ValueReader): CreditFrame {
  return { sender: r.string(), target: r.string(), identity: r.string(), bytes: r.u32() };
}

/**
 * Asks a sender to give back its credit (`recall`), or says that it has, or is no more (`release`): nothing that is sent by
 * that credit comes after it.
 */
export interface CreditEndFrame {
  readonly sender: Vtid;
  readonly target: Vtid;
}

export function writeCreditEndFrame(w: ValueWriter, v: CreditEndFrame): void {
  w.string(v.sender);
  w.string(v.target);
}

export function readCreditEndFrame(r: ValueReader): CreditEndFrame {
  return { sender: r.string(), target: r.string() };
}

/**
 * Begins, on each connection anew, what nobody answers between two nodes: messages that were sent by a credit, and releases.
 * Their sender keeps them until the receiver has said that it has taken them, and sends them again on the next connection.
 */
export interface ResumeFrame {
  /** The incarnation of the node that sends it: each begins to count by 1. */
  readonly life: number;
  /** The number of the first that follows; those that the receiver has taken already it drops. */
  readonly first: number;
}

export function writeResumeFrame(w: ValueWriter, v: ResumeFrame): void {
  w.u64(v.life);
  w.u64(v.first);
}

export function readResumeFrame(r: ValueReader): ResumeFrame {
  return { life: r.u64(), first: r.u64() };
}

/**
 * A call of POSIV that the receiver of the frame is to carry out for a vTask, or for the sender itself when `caller`
 * is empty. `params` and the result are encoded by the function's own codec.
 */
export interface CallFrame {
  readonly id: number;
  readonly caller: Vtid;
  /** For example `posiv:kernel/vtask@0.1.0#kill`. */
  readonly function: string;
  readonly params: Uint8Array;
}

export function writeCallFrame(w: ValueWriter, v: CallFrame): void {
  w.u32(v.id);
  w.string(v.caller);
  w.string(v.function);
  w.bytes(v.params);
}

export function readCallFrame(r: ValueReader): CallFrame {
  return { id: r.u32(), caller: r.string(), function: r.string(), params: r.bytes() };
}

/** The end of a call: the encoded result, or why there is none. */
export interface ReturnFrame {
  readonly id: number;
  readonly outcome: Result<Uint8Array, string>;
}

export function writeReturnFrame(w: ValueWriter, v: ReturnFrame): void {
  w.u32(v.id);
  const v1 = v.outcome;
  if (v1.ok) {
    w.u8(0);
    w.bytes(v1.value);
  } else {
    w.u8(1);
    w.string(v1.error);
  }
}

export function readReturnFrame(r: ValueReader): ReturnFrame {
  return {
    id: r.u32(),
    outcome: r.tag(2) === 0 ? { ok: true, value: r.bytes() } : { ok: false, error: r.string() },
  };
}

/**
 * The end of a call whose result is the content of a file of the node, `ok(content)`: the file is in the folder of those that
 * the lane's cell may read, and the lane reads and verifies it by itself.
 */
export interface LentFrame {
  /** Of the call. */
  readonly id: number;
  /** The file's name in that folder: the sha256 of its content in hex. */
  readonly file: string;
  /** In bytes. */
  readonly size: number;
}

export function writeLentFrame(w: ValueWriter, v: LentFrame): void {
  w.u32(v.id);
  w.string(v.file);
  w.u32(v.size);
}

export function readLentFrame(r: ValueReader): LentFrame {
  return { id: r.u32(), file: r.string(), size: r.u32() };
}

/** A file that was lent to a lane could not be read, or had other bytes: the lane asks again for what it did not get. */
export interface UnreadFrame {
  readonly file: string;
}

export function writeUnreadFrame(w: ValueWriter, v: UnreadFrame): void {
  w.string(v.file);
}

export function readUnreadFrame(r: ValueReader): UnreadFrame {
  return { file: r.string() };
}

/** Tells a watcher. */
export interface NoticeFrame {
  readonly watcher: Vtid;
  readonly notice: Notice;
}

export function writeNoticeFrame(w: ValueWriter, v: NoticeFrame): void {
  w.string(v.watcher);
  writeNotice(w, v.notice);
}

export function readNoticeFrame(r: ValueReader): NoticeFrame {
  return { watcher: r.string(), notice: readNotice(r) };
}

/** Tells a watcher that its watch is over without a notice. */
export interface WatchOverFrame {
  readonly watcher: Vtid;
  readonly watch: number;
}

export function writeWatchOverFrame(w: ValueWriter, v: WatchOverFrame): void {
  w.string(v.watcher);
  w.u32(v.watch);
}

export function readWatchOverFrame(r: ValueReader): WatchOverFrame {
  return { watcher: r.string(), watch: r.u32() };
}

/** Tells a lane to make room for a vTask: from now on it has a mailbox. */
export interface CreateFrame {
  readonly vtid: Vtid;
  /** Names the prepared image in the node's cache. */
  readonly image: string;
  readonly cmd: readonly string[];
  readonly environment: readonly (readonly [string, string])[];
  readonly grants: readonly string[];
  readonly quota: Quota;
}

export function writeCreateFrame(w: ValueWriter, v: CreateFrame): void {
  w.string(v.vtid);
  w.string(v.image);
  w.count(v.cmd.length);
  for (const item1 of v.cmd) {
    w.string(item1);
  }
  w.count(v.environment.length);
  for (const item2 of v.environment) {
    w.string(item2[0]);
    w.string(item2[1]);
  }
  w.count(v.grants.length);
  for (const item3 of v.grants) {
    w.string(item3);
  }
  writeQuota(w, v.quota);
}

export function readCreateFrame(r: ValueReader): CreateFrame {
  const part10 = r.string();
  const part11 = r.string();
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part12 = items1;
  const count5 = r.count(2);
  const items4: (readonly [string, string])[] = [];
  for (let index6 = 0; index6 < count5; index6++) {
    items4.push([r.string(), r.string()]);
  }
  const part13 = items4;
  const count8 = r.count(1);
  const items7: string[] = [];
  for (let index9 = 0; index9 < count8; index9++) {
    items7.push(r.string());
  }
  const part14 = items7;
  const part15 = readQuota(r);
  return {
    vtid: part10,
    image: part11,
    cmd: part12,
    environment: part13,
    grants: part14,
    quota: part15,
  };
}

/** Tells a lane to start a vTask that it has made. */
export interface StartFrame {
  readonly vtid: Vtid;
}

export function writeStartFrame(w: ValueWriter, v: StartFrame): void {
  w.string(v.vtid);
}

export function readStartFrame(r: ValueReader): StartFrame {
  return { vtid: r.string() };
}

/** Tells a lane to end a vTask. */
export interface EndFrame {
  readonly vtid: Vtid;
  readonly reason: ExitReason;
}

export function writeEndFrame(w: ValueWriter, v: EndFrame): void {
  w.string(v.vtid);
  writeExitReason(w, v.reason);
}

export function readEndFrame(r: ValueReader): EndFrame {
  return { vtid: r.string(), reason: readExitReason(r) };
}

/** Tells a node what became of a vTask of its lane. */
export interface ChangeFrame {
  readonly vtid: Vtid;
  readonly state: State;
  readonly reason: ExitReason | undefined;
}

export function writeChangeFrame(w: ValueWriter, v: ChangeFrame): void {
  w.string(v.vtid);
  writeState(w, v.state);
  const v1 = v.reason;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeExitReason(w, v1);
  }
}

export function readChangeFrame(r: ValueReader): ChangeFrame {
  return {
    vtid: r.string(),
    state: readState(r),
    reason: r.tag(2) === 0 ? undefined : readExitReason(r),
  };
}

/** Tells a node what a vTask of its lane holds and has used. */
export interface UsageFrame {
  readonly vtid: Vtid;
  /** In bytes. */
  readonly memory: number;
  readonly mailbox: number;
  /** Processor time since it was made, in microseconds. */
  readonly cpuUs: number;
  /** The limits that the lane looks after and that it has passed since it was made. */
  readonly refusals: readonly Refusal[];
}

export function writeUsageFrame(w: ValueWriter, v: UsageFrame): void {
  w.string(v.vtid);
  w.u64(v.memory);
  w.u32(v.mailbox);
  w.u64(v.cpuUs);
  w.count(v.refusals.length);
  for (const item1 of v.refusals) {
    writeRefusal(w, item1);
  }
}

export function readUsageFrame(r: ValueReader): UsageFrame {
  const part4 = r.string();
  const part5 = r.u64();
  const part6 = r.u32();
  const part7 = r.u64();
  const count2 = r.count(2);
  const items1: Refusal[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readRefusal(r));
  }
  const part8 = items1;
  return { vtid: part4, memory: part5, mailbox: part6, cpuUs: part7, refusals: part8 };
}

/** Tells a lane what a vTask may use from now on. */
export interface AdjustFrame {
  readonly vtid: Vtid;
  readonly quota: Quota;
}

export function writeAdjustFrame(w: ValueWriter, v: AdjustFrame): void {
  w.string(v.vtid);
  writeQuota(w, v.quota);
}

export function readAdjustFrame(r: ValueReader): AdjustFrame {
  return { vtid: r.string(), quota: readQuota(r) };
}

/** Tells a lane how to divide its time. */
export interface SettingsFrame {
  /** Microseconds that a vTask may run at a time while others want to. */
  readonly sliceUs: number;
  /** The most that all vTasks of the lane may use together, in thousandths of a core; 0 for no such limit. */
  readonly cpuRate: number;
  /** Limits of vTasks are counted, not enforced. */
  readonly counting: boolean;
}

export function writeSettingsFrame(w: ValueWriter, v: SettingsFrame): void {
  w.u32(v.sliceUs);
  w.u32(v.cpuRate);
  w.bool(v.counting);
}

export function readSettingsFrame(r: ValueReader): SettingsFrame {
  return { sliceUs: r.u32(), cpuRate: r.u32(), counting: r.bool() };
}

/** Bytes that a vTask wrote to a channel of its log. */
export interface LogFrame {
  readonly vtid: Vtid;
  readonly channel: Channel;
  readonly text: Uint8Array;
}

export function writeLogFrame(w: ValueWriter, v: LogFrame): void {
  w.string(v.vtid);
  writeChannel(w, v.channel);
  w.bytes(v.text);
}

export function readLogFrame(r: ValueReader): LogFrame {
  return { vtid: r.string(), channel: readChannel(r), text: r.bytes() };
}

/** The node has taken this many bytes of a vTask's log. */
export interface LogCreditFrame {
  readonly vtid: Vtid;
  readonly bytes: number;
}

export function writeLogCreditFrame(w: ValueWriter, v: LogCreditFrame): void {
  w.string(v.vtid);
  w.u32(v.bytes);
}

export function readLogCreditFrame(r: ValueReader): LogCreditFrame {
  return { vtid: r.string(), bytes: r.u32() };
}

/** A node cannot be reached: what is out to its vTasks fails. */
export interface NodeDownFrame {
  readonly node: string;
}

export function writeNodeDownFrame(w: ValueWriter, v: NodeDownFrame): void {
  w.string(v.node);
}

export function readNodeDownFrame(r: ValueReader): NodeDownFrame {
  return { node: r.string() };
}

/**
 * vTasks that ended with the lane that held them, without a word: what is out to them fails, and what they have out is
 * over. Told to all lanes of their tenant, on all nodes.
 */
export interface GoneFrame {
  readonly vtids: readonly Vtid[];
}

export function writeGoneFrame(w: ValueWriter, v: GoneFrame): void {
  w.count(v.vtids.length);
  for (const item1 of v.vtids) {
    w.string(item1);
  }
}

export function readGoneFrame(r: ValueReader): GoneFrame {
  const count2 = r.count(1);
  const items1: Vtid[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part4 = items1;
  return { vtids: part4 };
}

/**
 * Lets a lane make vTasks for a creator on it without asking: of one image, with the default options, each under the next
 * of these vtids. Those that it does not use it gives back.
 */
export interface LeaseFrame {
  /** Of the node that gives it. */
  readonly id: number;
  readonly creator: Vtid;
  /** What the creator calls the image, which `image` names in the node's cache. */
  readonly path: string;
  readonly image: string;
  readonly grants: readonly string[];
  readonly quota: Quota;
  readonly vtids: readonly Vtid[];
  /** For how long vTasks may be made by it, in milliseconds. */
  readonly validMs: number;
}

export function writeLeaseFrame(w: ValueWriter, v: LeaseFrame): void {
  w.u32(v.id);
  w.string(v.creator);
  w.string(v.path);
  w.string(v.image);
  w.count(v.grants.length);
  for (const item1 of v.grants) {
    w.string(item1);
  }
  writeQuota(w, v.quota);
  w.count(v.vtids.length);
  for (const item2 of v.vtids) {
    w.string(item2);
  }
  w.u32(v.validMs);
}

export function readLeaseFrame(r: ValueReader): LeaseFrame {
  const part7 = r.u32();
  const part8 = r.string();
  const part9 = r.string();
  const part10 = r.string();
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part11 = items1;
  const part12 = readQuota(r);
  const count5 = r.count(1);
  const items4: Vtid[] = [];
  for (let index6 = 0; index6 < count5; index6++) {
    items4.push(r.string());
  }
  const part13 = items4;
  const part14 = r.u32();
  return {
    id: part7,
    creator: part8,
    path: part9,
    image: part10,
    grants: part11,
    quota: part12,
    vtids: part13,
    validMs: part14,
  };
}

/** Tells a node of vTasks that its lane has made by a lease, whose vtids they have in its order. */
export interface BornFrame {
  readonly lease: number;
  readonly births: readonly Birth[];
}

export function writeBornFrame(w: ValueWriter, v: BornFrame): void {
  w.u32(v.lease);
  w.count(v.births.length);
  for (const item1 of v.births) {
    writeBirth(w, item1);
  }
}

export function readBornFrame(r: ValueReader): BornFrame {
  const part4 = r.u32();
  const count2 = r.count(4);
  const items1: Birth[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readBirth(r));
  }
  const part5 = items1;
  return { lease: part4, births: part5 };
}

/** A vTask that a lane has made, and what has become of it since. */
export interface Birth {
  readonly cmd: readonly string[];
  /** The last one that it was in before its end. */
  readonly state: State;
  /** Processor time that it has used, in microseconds. */
  readonly cpuUs: number;
  /** Why it has ended, if it has. */
  readonly reason: ExitReason | undefined;
}

export function writeBirth(w: ValueWriter, v: Birth): void {
  w.count(v.cmd.length);
  for (const item1 of v.cmd) {
    w.string(item1);
  }
  writeState(w, v.state);
  w.u64(v.cpuUs);
  const v2 = v.reason;
  if (v2 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeExitReason(w, v2);
  }
}

export function readBirth(r: ValueReader): Birth {
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part4 = items1;
  const part5 = readState(r);
  const part6 = r.u64();
  const part7 = r.tag(2) === 0 ? undefined : readExitReason(r);
  return { cmd: part4, state: part5, cpuUs: part6, reason: part7 };
}

/** A lane will make no more vTasks by a lease. */
export interface LeaseOverFrame {
  readonly id: number;
}

export function writeLeaseOverFrame(w: ValueWriter, v: LeaseOverFrame): void {
  w.u32(v.id);
}

export function readLeaseOverFrame(r: ValueReader): LeaseOverFrame {
  return { id: r.u32() };
}

export type Frame =
  | { readonly tag: 'request'; readonly val: RequestFrame }
  | { readonly tag: 'message'; readonly val: MessageFrame }
  | { readonly tag: 'answer'; readonly val: AnswerFrame }
  | { readonly tag: 'parked'; readonly val: TurnFrame }
  | { readonly tag: 'room'; readonly val: TurnFrame }
  | { readonly tag: 'withdraw'; readonly val: WithdrawFrame }
  | { readonly tag: 'call'; readonly val: CallFrame }
  | { readonly tag: 'returned'; readonly val: ReturnFrame }
  | { readonly tag: 'notice'; readonly val: NoticeFrame }
  | { readonly tag: 'watch-over'; readonly val: WatchOverFrame }
  | { readonly tag: 'create'; readonly val: CreateFrame }
  | { readonly tag: 'start'; readonly val: StartFrame }
  | { readonly tag: 'end'; readonly val: EndFrame }
  | { readonly tag: 'change'; readonly val: ChangeFrame }
  | { readonly tag: 'usage'; readonly val: UsageFrame }
  | { readonly tag: 'log'; readonly val: LogFrame }
  | { readonly tag: 'log-credit'; readonly val: LogCreditFrame }
  | { readonly tag: 'node-down'; readonly val: NodeDownFrame }
  | { readonly tag: 'gone'; readonly val: GoneFrame }
  | { readonly tag: 'adjust'; readonly val: AdjustFrame }
  | { readonly tag: 'settings'; readonly val: SettingsFrame }
  | { readonly tag: 'lease'; readonly val: LeaseFrame }
  | { readonly tag: 'born'; readonly val: BornFrame }
  | { readonly tag: 'lease-over'; readonly val: LeaseOverFrame }
  | { readonly tag: 'credit'; readonly val: CreditFrame }
  | { readonly tag: 'recall'; readonly val: CreditEndFrame }
  | { readonly tag: 'release'; readonly val: CreditEndFrame }
  | { readonly tag: 'resume'; readonly val: ResumeFrame }
  /** Of what nobody answers, all up to this number have been taken. */
  | { readonly tag: 'taken'; readonly val: number }
  /** A lane asks its node to send it back, which says that the node has heard all that the lane said before. */
  | { readonly tag: 'mark'; readonly val: number }
  | { readonly tag: 'lent'; readonly val: LentFrame }
  | { readonly tag: 'unread'; readonly val: UnreadFrame };

export function writeFrame(w: ValueWriter, v: Frame): void {
  switch (v.tag) {
    case 'request': {
      w.u8(0);
      writeRequestFrame(w, v.val);
      break;
    }
    case 'message': {
      w.u8(1);
      writeMessageFrame(w, v.val);
      break;
    }
    case 'answer': {
      w.u8(2);
      writeAnswerFrame(w, v.val);
      break;
    }
    case 'parked': {
      w.u8(3);
      writeTurnFrame(w, v.val);
      break;
    }
    case 'room': {
      w.u8(4);
      writeTurnFrame(w, v.val);
      break;
    }
    case 'withdraw': {
      w.u8(5);
      writeWithdrawFrame(w, v.val);
      break;
    }
    case 'call': {
      w.u8(6);
      writeCallFrame(w, v.val);
      break;
    }
    case 'returned': {
      w.u8(7);
      writeReturnFrame(w, v.val);
      break;
    }
    case 'notice': {
      w.u8(8);
      writeNoticeFrame(w, v.val);
      break;
    }
    case 'watch-over': {
      w.u8(9);
      writeWatchOverFrame(w, v.val);
      break;
    }
    case 'create': {
      w.u8(10);
      writeCreateFrame(w, v.val);
      break;
    }
    case 'start': {
      w.u8(11);
      writeStartFrame(w, v.val);
      break;
    }
    case 'end': {
      w.u8(12);
      writeEndFrame(w, v.val);
      break;
    }
    case 'change': {
      w.u8(13);
      writeChangeFrame(w, v.val);
      break;
    }
    case 'usage': {
      w.u8(14);
      writeUsageFrame(w, v.val);
      break;
    }
    case 'log': {
      w.u8(15);
      writeLogFrame(w, v.val);
      break;
    }
    case 'log-credit': {
      w.u8(16);
      writeLogCreditFrame(w, v.val);
      break;
    }
    case 'node-down': {
      w.u8(17);
      writeNodeDownFrame(w, v.val);
      break;
    }
    case 'gone': {
      w.u8(18);
      writeGoneFrame(w, v.val);
      break;
    }
    case 'adjust': {
      w.u8(19);
      writeAdjustFrame(w, v.val);
      break;
    }
    case 'settings': {
      w.u8(20);
      writeSettingsFrame(w, v.val);
      break;
    }
    case 'lease': {
      w.u8(21);
      writeLeaseFrame(w, v.val);
      break;
    }
    case 'born': {
      w.u8(22);
      writeBornFrame(w, v.val);
      break;
    }
    case 'lease-over': {
      w.u8(23);
      writeLeaseOverFrame(w, v.val);
      break;
    }
    case 'credit': {
      w.u8(24);
      writeCreditFrame(w, v.val);
      break;
    }
    case 'recall': {
      w.u8(25);
      writeCreditEndFrame(w, v.val);
      break;
    }
    case 'release': {
      w.u8(26);
      writeCreditEndFrame(w, v.val);
      break;
    }
    case 'resume': {
      w.u8(27);
      writeResumeFrame(w, v.val);
      break;
    }
    case 'taken': {
      w.u8(28);
      w.u64(v.val);
      break;
    }
    case 'mark': {
      w.u8(29);
      w.u32(v.val);
      break;
    }
    case 'lent': {
      w.u8(30);
      writeLentFrame(w, v.val);
      break;
    }
    case 'unread': {
      w.u8(31);
      writeUnreadFrame(w, v.val);
      break;
    }
    default:
      unknownCase('Frame', v satisfies never);
  }
}

export function readFrame(r: ValueReader): Frame {
  const tag1 = r.tag(32);
  switch (tag1) {
    case 0: {
      return { tag: 'request', val: readRequestFrame(r) };
    }
    case 1: {
      return { tag: 'message', val: readMessageFrame(r) };
    }
    case 2: {
      return { tag: 'answer', val: readAnswerFrame(r) };
    }
    case 3: {
      return { tag: 'parked', val: readTurnFrame(r) };
    }
    case 4: {
      return { tag: 'room', val: readTurnFrame(r) };
    }
    case 5: {
      return { tag: 'withdraw', val: readWithdrawFrame(r) };
    }
    case 6: {
      return { tag: 'call', val: readCallFrame(r) };
    }
    case 7: {
      return { tag: 'returned', val: readReturnFrame(r) };
    }
    case 8: {
      return { tag: 'notice', val: readNoticeFrame(r) };
    }
    case 9: {
      return { tag: 'watch-over', val: readWatchOverFrame(r) };
    }
    case 10: {
      return { tag: 'create', val: readCreateFrame(r) };
    }
    case 11: {
      return { tag: 'start', val: readStartFrame(r) };
    }
    case 12: {
      return { tag: 'end', val: readEndFrame(r) };
    }
    case 13: {
      return { tag: 'change', val: readChangeFrame(r) };
    }
    case 14: {
      return { tag: 'usage', val: readUsageFrame(r) };
    }
    case 15: {
      return { tag: 'log', val: readLogFrame(r) };
    }
    case 16: {
      return { tag: 'log-credit', val: readLogCreditFrame(r) };
    }
    case 17: {
      return { tag: 'node-down', val: readNodeDownFrame(r) };
    }
    case 18: {
      return { tag: 'gone', val: readGoneFrame(r) };
    }
    case 19: {
      return { tag: 'adjust', val: readAdjustFrame(r) };
    }
    case 20: {
      return { tag: 'settings', val: readSettingsFrame(r) };
    }
    case 21: {
      return { tag: 'lease', val: readLeaseFrame(r) };
    }
    case 22: {
      return { tag: 'born', val: readBornFrame(r) };
    }
    case 23: {
      return { tag: 'lease-over', val: readLeaseOverFrame(r) };
    }
    case 24: {
      return { tag: 'credit', val: readCreditFrame(r) };
    }
    case 25: {
      return { tag: 'recall', val: readCreditEndFrame(r) };
    }
    case 26: {
      return { tag: 'release', val: readCreditEndFrame(r) };
    }
    case 27: {
      return { tag: 'resume', val: readResumeFrame(r) };
    }
    case 28: {
      return { tag: 'taken', val: r.u64() };
    }
    case 29: {
      return { tag: 'mark', val: r.u32() };
    }
    case 30: {
      return { tag: 'lent', val: readLentFrame(r) };
    }
    case 31: {
      return { tag: 'unread', val: readUnreadFrame(r) };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/**
 * What travels from node to node: a frame, and the tenant of the vTask that it speaks for, which its node vouches for;
 * empty where the node speaks for itself.
 */
export interface PeerFrame {
  readonly tenant: string;
  readonly frame: Frame;
}

export function writePeerFrame(w: ValueWriter, v: PeerFrame): void {
  w.string(v.tenant);
  writeFrame(w, v.frame);
}

export function readPeerFrame(r: ValueReader): PeerFrame {
  return { tenant: r.string(), frame: readFrame(r) };
}

/** What a watch waits for. */
export type Watched =
  | 'start'
  | 'exit'
  | 'die';

export const WATCHED_CASES: readonly Watched[] = ['start', 'exit', 'die'];

export function watchedTag(v: Watched): number {
  switch (v) {
    case 'start':
      return 0;
    case 'exit':
      return 1;
    case 'die':
      return 2;
    default:
      return unknownCase('Watched', v satisfies never);
  }
}

export function writeWatched(w: ValueWriter, v: Watched): void {
  w.u8(watchedTag(v));
}

export function readWatched(r: ValueReader): Watched {
  return WATCHED_CASES[r.tag(3)] as Watched;
}

/** The record of a durable vTask, kept in the register of its name: all that it takes to make it again. */
export interface Durable {
  readonly name: string;
  readonly vtid: Vtid;
  readonly creator: Vtid;
  readonly image: string;
  readonly cmd: readonly string[];
  readonly grants: readonly string[];
  readonly options: Options;
  /** The node that runs it. */
  readonly owner: string;
  /** Which of that node's starts. */
  readonly incarnation: number;
  /** Grows with each record of the name. */
  readonly fencingToken: number;
}

export function writeDurable(w: ValueWriter, v: Durable): void {
  w.string(v.name);
  w.string(v.vtid);
  w.string(v.creator);
  w.string(v.image);
  w.count(v.cmd.length);
  for (const item1 of v.cmd) {
    w.string(item1);
  }
  w.count(v.grants.length);
  for (const item2 of v.grants) {
    w.string(item2);
  }
  writeOptions(w, v.options);
  w.string(v.owner);
  w.u64(v.incarnation);
  w.u64(v.fencingToken);
}

export function readDurable(r: ValueReader): Durable {
  const part7 = r.string();
  const part8 = r.string();
  const part9 = r.string();
  const part10 = r.string();
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part11 = items1;
  const count5 = r.count(1);
  const items4: string[] = [];
  for (let index6 = 0; index6 < count5; index6++) {
    items4.push(r.string());
  }
  const part12 = items4;
  const part13 = readOptions(r);
  const part14 = r.string();
  const part15 = r.u64();
  const part16 = r.u64();
  return {
    name: part7,
    vtid: part8,
    creator: part9,
    image: part10,
    cmd: part11,
    grants: part12,
    options: part13,
    owner: part14,
    incarnation: part15,
    fencingToken: part16,
  };
}

/** How it stands with the vTask of a record, as its node has it. */
export type Bearing =
  | 'living'
  /** It is about to be there. */
  | 'making'
  /** It has ended, and is to be made again or its name to be freed. */
  | 'returning'
  /** There is none, and none will be. */
  | 'gone';

export const BEARING_CASES: readonly Bearing[] = ['living', 'making', 'returning', 'gone'];

export function bearingTag(v: Bearing): number {
  switch (v) {
    case 'living':
      return 0;
    case 'making':
      return 1;
    case 'returning':
      return 2;
    case 'gone':
      return 3;
    default:
      return unknownCase('Bearing', v satisfies never);
  }
}

export function writeBearing(w: ValueWriter, v: Bearing): void {
  w.u8(bearingTag(v));
}

export function readBearing(r: ValueReader): Bearing {
  return BEARING_CASES[r.tag(4)] as Bearing;
}

/** What one node's kernel asks of another's. */
export interface KernelCalls {
  /** Admits a vTask to the receiving node and makes it there, for a creator elsewhere and its tenant. */
  create(tenant: string, creator: Vtid, name: string | undefined, image: string, cmd: readonly string[], grants: readonly string[], options: Options): Awaitable<Result<Vtid, ErrorCode>>;

  /**
   * Whether the receiving node would take a vTask now: its image, which is brought there, its grants, the quota, and room. Nothing
   * is kept for it. The errors are those of `create`.
   */
  admits(tenant: string, image: string, grants: readonly string[], options: Options): Awaitable<Result<undefined, ErrorCode>>;

  /**
   * Makes a durable vTask here again, under its name, and starts it. The record of its name has to be this one. `restarts`:
   * how often it was made again of late, this time included.
   *
   * Errors: `no-such-task` (the record has changed), and those of `create`.
   */
  revive(tenant: string, task: Durable, restarts: number): Awaitable<Result<Vtid, ErrorCode>>;

  /** How it stands with a vTask of the receiving node that a name's record has. */
  bears(tenant: string, vtid: Vtid): Awaitable<Bearing>;

  /**
   * A child of a vTask of the receiving node is about to live on another one, which is to hear when the creator has ended.
   * False: it has ended already.
   */
  follow(tenant: string, creator: Vtid, node: string): Awaitable<boolean>;

  /**
   * Changes what a vTask of the receiving node may use, for a caller elsewhere of the same tenant: a vTask, or a program
   * outside, which the sender vouches for.
   */
  adjust(tenant: string, caller: Vtid, outside: boolean, vtid: Vtid, quota: Quota): Awaitable<Result<undefined, ErrorCode>>;

  /**
   * Sets a watch for a vTask of the calling node on one of the receiving node, of the same tenant. Errors: `refused` (the watcher
   * is not of the calling node), `quota-exceeded` (the vTasks of that node have too many here).
   */
  watch(tenant: string, watcher: Vtid, watch: WatchId, target: Vtid, what: Watched): Awaitable<Result<undefined, ErrorCode>>;

  /** Takes it back. */
  unwatch(watcher: Vtid, watch: WatchId, target: Vtid): Awaitable<void>;

  /** A vTask elsewhere has ended: its children here end too. */
  creatorEnded(creator: Vtid): Awaitable<void>;
}

/** Who takes a machine that was offered. */
export interface Taker {
  /** What kind of processor its memory has to be of. */
  readonly cpu: string;
  /** The stream, of bytes between nodes, that answers what is written to its disk. */
  readonly answers: string;
}

export function writeTaker(w: ValueWriter, v: Taker): void {
  w.string(v.cpu);
  w.string(v.answers);
}

export function readTaker(r: ValueReader): Taker {
  return { cpu: r.string(), answers: r.string() };
}

/** What one node asks another about machines. */
export interface MachinesCalls {
  /** What the receiving node has for machines. */
  report(): Awaitable<Host>;

  /**
   * Begins to give a machine that was offered: what comes of it are the streams `TOKEN/memory` and `TOKEN/disk`. The end of the
   * first says that the caller may let the machine go on, and nobody else.
   *
   * Errors: `refused` (nobody offers it, or somebody else has it already), `incompatible`.
   */
  give(token: string, taker: Taker): Awaitable<Result<undefined, MachineError>>;

  /** Tells that the machine runs at the caller's: it is ended here. Gives how long it stood still, in microseconds. */
  taken(token: string): Awaitable<number>;

  /** Tells that the caller does not want it any more: unless it was given already it goes on where it is. */
  givenUp(token: string): Awaitable<void>;

  /**
   * Ethernet frames, for the machines of a tenant that are on a link, from those of the asking node: 14 to 1,522 bytes each.
   * What cannot be delivered at once is dropped.
   *
   * Answers whether the receiving node has machines on the link.
   */
  carry(tenant: string, link: string, frames: readonly Uint8Array[]): Awaitable<boolean>;
}

/** What one node asks of another whose managers are to be swapped, for its owner. */
export interface ManagersCalls {
  /** As `posiv:admin/managers#plug`, with a blob that all nodes know by this name. */
  plug(manager: ManagerName, image: string): Awaitable<Result<string, ErrorCode>>;

  unplug(manager: ManagerName): Awaitable<Result<undefined, ErrorCode>>;
}

/** The sha256 of a chunk: 32 bytes. */
export type Digest = Uint8Array;

/** Consecutive chunks of a blob that the same nodes hold. */
export interface Run {
  /** The ids of the nodes. */
  readonly nodes: readonly string[];
  /** The digests of the chunks, one after another. */
  readonly chunks: Uint8Array;
}

export function writeRun(w: ValueWriter, v: Run): void {
  w.count(v.nodes.length);
  for (const item1 of v.nodes) {
    w.string(item1);
  }
  w.bytes(v.chunks);
}

export function readRun(r: ValueReader): Run {
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part4 = items1;
  const part5 = r.bytes();
  return { nodes: part4, chunks: part5 };
}

/** What a blob consists of. All its chunks are of `chunk-size` bytes, but the last one, which may be shorter. */
export interface Manifest {
  readonly size: number;
  readonly chunkSize: number;
  /** Random, so that no other blob has the same id and nobody can guess it. */
  readonly salt: Uint8Array;
  readonly runs: readonly Run[];
  /** The tenant that wrote it, for its home node; empty where version 1 did not say. */
  readonly owner: string;
}

export function writeManifest(w: ValueWriter, v: Manifest): void {
  w.u64(v.size);
  w.u32(v.chunkSize);
  w.bytes(v.salt);
  w.count(v.runs.length);
  for (const item1 of v.runs) {
    writeRun(w, item1);
  }
  w.string(v.owner);
}

export function readManifest(r: ValueReader): Manifest {
  const part4 = r.u64();
  const part5 = r.u32();
  const part6 = r.bytes();
  const count2 = r.count(2);
  const items1: Run[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readRun(r));
  }
  const part7 = items1;
  const part8 = r.string();
  return { size: part4, chunkSize: part5, salt: part6, runs: part7, owner: part8 };
}

/** The manifest of a durable blob, for a node that is to have it too. */
export interface ManifestCopy {
  readonly blob: BlobId;
  /** How long the manifest is, in bytes. */
  readonly size: number;
  /** The manifest, or nothing where it is longer than 64 KiB: then it is to be pulled. */
  readonly body: Uint8Array;
  /** No path may stand for the blob yet. */
  readonly fresh: boolean;
}

export function writeManifestCopy(w: ValueWriter, v: ManifestCopy): void {
  w.string(v.blob);
  w.u32(v.size);
  w.bytes(v.body);
  w.bool(v.fresh);
}

export function readManifestCopy(r: ValueReader): ManifestCopy {
  return { blob: r.string(), size: r.u32(), body: r.bytes(), fresh: r.bool() };
}

/** A manifest as a node that has it gives it away. */
export interface ManifestSource {
  /** How long the manifest is, in bytes. */
  readonly size: number;
  /** The manifest, or nothing where it is longer than 64 KiB: then it is to be pulled. */
  readonly body: Uint8Array;
}

export function writeManifestSource(w: ValueWriter, v: ManifestSource): void {
  w.u64(v.size);
  w.bytes(v.body);
}

export function readManifestSource(r: ValueReader): ManifestSource {
  return { size: r.u64(), body: r.bytes() };
}

/** What a path stands for, or may come to. */
export interface PathHead {
  /** Of the path's register. */
  readonly version: number;
  /** None where the path was taken away. */
  readonly stat: Stat | undefined;
  /** The register is known to have had this. Else somebody was about to change it to this. */
  readonly settled: boolean;
}

export function writePathHead(w: ValueWriter, v: PathHead): void {
  w.u64(v.version);
  const v1 = v.stat;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeStat(w, v1);
  }
  w.bool(v.settled);
}

export function readPathHead(r: ValueReader): PathHead {
  return {
    version: r.u64(),
    stat: r.tag(2) === 0 ? undefined : readStat(r),
    settled: r.bool(),
  };
}

/** What a node knows of a path: what its register had last, and what it may have come to have since. */
export interface PathEntry {
  readonly path: string;
  readonly heads: readonly PathHead[];
}

export function writePathEntry(w: ValueWriter, v: PathEntry): void {
  w.string(v.path);
  w.count(v.heads.length);
  for (const item1 of v.heads) {
    writePathHead(w, item1);
  }
}

export function readPathEntry(r: ValueReader): PathEntry {
  const part4 = r.string();
  const count2 = r.count(3);
  const items1: PathHead[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readPathHead(r));
  }
  const part5 = items1;
  return { path: part4, heads: part5 };
}

/** What a path's register had, or could have had, up to a version, is out of date. */
export interface PathVersion {
  readonly path: string;
  readonly version: number;
}

export function writePathVersion(w: ValueWriter, v: PathVersion): void {
  w.string(v.path);
  w.u64(v.version);
}

export function readPathVersion(r: ValueReader): PathVersion {
  return { path: r.string(), version: r.u64() };
}

/** Where a chunk is to be for the blobs of one node. */
export type ChunkPlace =
  /** None of its blobs has it. */
  | { readonly tag: 'unknown' }
  /** At the node that was asked for, or it is being written. */
  | { readonly tag: 'stays' }
  /** At these nodes, as many as there have to be copies, and not at the one that was asked for. */
  | { readonly tag: 'elsewhere'; readonly val: readonly string[] };

export function writeChunkPlace(w: ValueWriter, v: ChunkPlace): void {
  switch (v.tag) {
    case 'unknown': {
      w.u8(0);
      break;
    }
    case 'stays': {
      w.u8(1);
      break;
    }
    case 'elsewhere': {
      w.u8(2);
      w.count(v.val.length);
      for (const item1 of v.val) {
        w.string(item1);
      }
      break;
    }
    default:
      unknownCase('ChunkPlace', v satisfies never);
  }
}

export function readChunkPlace(r: ValueReader): ChunkPlace {
  const tag1 = r.tag(3);
  switch (tag1) {
    case 0: {
      return { tag: 'unknown' };
    }
    case 1: {
      return { tag: 'stays' };
    }
    case 2: {
      const count3 = r.count(1);
      const items2: string[] = [];
      for (let index4 = 0; index4 < count3; index4++) {
        items2.push(r.string());
      }
      return { tag: 'elsewhere', val: items2 };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/**
 * What one node's vStore asks of another's, and the records that vStore keeps on disk. Bytes are not in here: they are
 * pulled in bulk, under the names `chunk/<sha256 in hex>` and `manifest/<sha256 in hex>`.
 */
export interface StoreCalls {
  /**
   * Asks the receiving node to keep a chunk of so many bytes: it pulls the chunk from `source` unless it has
   * it, and answers once the chunk is on its disk.
   *
   * Errors: `refused`, `full`, `unreachable` (the source), `corrupt` (what it pulled).
   */
  keepChunk(source: string, chunk: Digest, size: number): Awaitable<Result<undefined, StoreError>>;

  /**
   * Has the receiving node verify a chunk on its disk, which somebody could not read from it.
   *
   * Errors: `not-found`, `corrupt`.
   */
  checkChunk(chunk: Digest): Awaitable<Result<undefined, StoreError>>;

  /**
   * Which of some chunks the receiving node has on its disk, as far as it knows. At most 4,096.
   *
   * Errors: `refused`.
   */
  haveChunks(chunks: readonly Digest[]): Awaitable<Result<readonly boolean[], StoreError>>;

  /**
   * Which of some manifests the receiving node has. At most 4,096.
   *
   * Errors: `refused`.
   */
  haveManifests(manifests: readonly Digest[]): Awaitable<Result<readonly boolean[], StoreError>>;

  /**
   * Which of some chunks belong to blobs that the receiving node has, or that are being written there. At most 4,096.
   *
   * Errors: `refused`.
   */
  needChunks(chunks: readonly Digest[]): Awaitable<Result<readonly boolean[], StoreError>>;

  /**
   * Where some chunks are to be for the blobs that the receiving node has: asked about `node`, which may have one copy too many.
   * At most 4,096.
   *
   * Errors: `refused`.
   */
  placeChunks(node: string, chunks: readonly Digest[]): Awaitable<Result<readonly ChunkPlace[], StoreError>>;

  /**
   * The caller no longer needs these chunks, at most 4,096: the receiving node may find out whether anybody does.
   *
   * Errors: `refused`.
   */
  unneedChunks(chunks: readonly Digest[]): Awaitable<Result<undefined, StoreError>>;

  /**
   * Asks the receiving node to keep a manifest, which it pulls from `source`, the caller, where it is not in here, and
   * answers once the manifest is on its disk.
   *
   * Errors: `refused`, `full`, `unreachable` (the source), `corrupt` (what it was given).
   */
  keepManifest(source: string, copy: ManifestCopy): Awaitable<Result<undefined, StoreError>>;

  /**
   * The manifest of a blob, where the receiving node has it.
   *
   * Errors: `not-found`.
   */
  resolveBlob(blob: BlobId): Awaitable<Result<ManifestSource, StoreError>>;

  /**
   * How long a blob is that the receiving node has, in bytes; a path is about to be bound to it, so it stays for two more
   * minutes at least.
   *
   * Errors: `not-found`, `refused` (a scratch blob).
   */
  holdBlob(blob: BlobId): Awaitable<Result<number, StoreError>>;

  /**
   * Which of some blobs a path stands for, or may come to, as the receiving node knows. At most 1,024.
   *
   * Errors: `refused`.
   */
  boundBlobs(blobs: readonly BlobId[]): Awaitable<Result<readonly boolean[], StoreError>>;

  /**
   * A path no longer stands for these blobs, at most 1,024: the receiving node, where it has them, may find out whether
   * any does.
   *
   * Errors: `refused`.
   */
  unbindBlobs(blobs: readonly BlobId[]): Awaitable<Result<undefined, StoreError>>;

  /**
   * Drops a scratch blob whose home is the receiving node, for a vTask of the calling node.
   *
   * Errors: `refused` (not a scratch blob, or not the vTask's).
   */
  releaseBlob(vtask: string, blob: BlobId): Awaitable<Result<undefined, StoreError>>;

  /**
   * Adds to what the receiving node knows of some paths, at most 256, and answers once that is on its disk.
   *
   * Errors: `refused`, `full`.
   */
  notePaths(entries: readonly PathEntry[]): Awaitable<Result<undefined, StoreError>>;

  /**
   * What the receiving node knows of the paths that begin with a prefix, by their bytes, at most 1,000, those after
   * `after`.
   *
   * Errors: `refused`.
   */
  listPaths(prefix: string, after: string | undefined): Awaitable<Result<readonly PathEntry[], StoreError>>;

  /**
   * These paths, at most 1,024, were taken away: the receiving node forgets what it knows of them, up to these versions.
   *
   * Errors: `refused`, `full`.
   */
  forgetPaths(paths: readonly PathVersion[]): Awaitable<Result<undefined, StoreError>>;
}

