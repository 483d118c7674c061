// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';

/** The time, coarse on purpose: no vTask learns from it what its neighbours do. */
export interface ClockCalls {
  /** Microseconds from an arbitrary start, in steps of 20; never goes back. */
  monotonicUs(): Awaitable<number>;

  /** Milliseconds since 1970 by the clock of the vTask's node. */
  wallMs(): Awaitable<number>;
}

/** What becomes of a request. */
export type Outcome =
  /** The answer. */
  | { readonly tag: 'reply'; readonly val: Payload }
  /** The caller sees this as `handler-failed`. */
  | { readonly tag: 'failed'; readonly val: string }
  /** `reply` will be called with the token. */
  | { readonly tag: 'later' };

export function writeOutcome(w: ValueWriter, v: Outcome): void {
  switch (v.tag) {
    case 'reply': {
      w.u8(0);
      w.bytes(v.val);
      break;
    }
    case 'failed': {
      w.u8(1);
      w.string(v.val);
      break;
    }
    case 'later': {
      w.u8(2);
      break;
    }
    default:
      unknownCase('Outcome', v satisfies never);
  }
}

export function readOutcome(r: ValueReader): Outcome {
  const tag1 = r.tag(3);
  switch (tag1) {
    case 0: {
      return { tag: 'reply', val: r.bytes() };
    }
    case 1: {
      return { tag: 'failed', val: r.string() };
    }
    case 2: {
      return { tag: 'later' };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/** What a service exports: the kernel calls these one at a time, never while `run` is on the stack. */
export interface HandlersCalls {
  /** A request of a registered identity. */
  onRpc(request: Request): Awaitable<Outcome>;

  /** A message of a registered identity. */
  onMsg(message: Message): Awaitable<void>;

  /** A request that the service sent has ended. */
  onCompletion(completion: Completion): Awaitable<void>;

  /** A watch has fired. */
  onNotice(notice: Notice): Awaitable<void>;
}

/** Names a request that `start-rpc` sent, until its completion has been received. */
export type RequestId = number;

/** Names a request that the caller has received, until it has been answered. */
export type Token = number;

/** A message that waited in the mailbox. */
export interface Message {
  readonly sender: Vtid;
  readonly identity: string;
  readonly body: Payload;
}

export function writeMessage(w: ValueWriter, v: Message): void {
  w.string(v.sender);
  w.string(v.identity);
  w.bytes(v.body);
}

export function readMessage(r: ValueReader): Message {
  return { sender: r.string(), identity: r.string(), body: r.bytes() };
}

/** A request that waited in the mailbox, to be answered by `reply`. */
export interface Request {
  readonly token: Token;
  readonly caller: Vtid;
  readonly identity: string;
  readonly args: Payload;
}

export function writeRequest(w: ValueWriter, v: Request): void {
  w.u32(v.token);
  w.string(v.caller);
  w.string(v.identity);
  w.bytes(v.args);
}

export function readRequest(r: ValueReader): Request {
  return { token: r.u32(), caller: r.string(), identity: r.string(), args: r.bytes() };
}

/** The end of a request that `start-rpc` sent. */
export interface Completion {
  readonly id: RequestId;
  readonly outcome: Result<Payload, ErrorCode>;
}

export function writeCompletion(w: ValueWriter, v: Completion): void {
  w.u32(v.id);
  const v1 = v.outcome;
  if (v1.ok) {
    w.u8(0);
    w.bytes(v1.value);
  } else {
    w.u8(1);
    writeErrorCode(w, v1.error);
  }
}

export function readCompletion(r: ValueReader): Completion {
  return {
    id: r.u32(),
    outcome: r.tag(2) === 0 ? { ok: true, value: r.bytes() } : { ok: false, error: readErrorCode(r) },
  };
}

/** A number for a watch that `monitor` set. */
export type WatchId = number;

/** What happened to a vTask that the caller watches. */
export type Change =
  | { readonly tag: 'started' }
  | { readonly tag: 'exited'; readonly val: number }
  | { readonly tag: 'died'; readonly val: ExitReason };

export function writeChange(w: ValueWriter, v: Change): void {
  switch (v.tag) {
    case 'started': {
      w.u8(0);
      break;
    }
    case 'exited': {
      w.u8(1);
      w.u32(v.val);
      break;
    }
    case 'died': {
      w.u8(2);
      writeExitReason(w, v.val);
      break;
    }
    default:
      unknownCase('Change', v satisfies never);
  }
}

export function readChange(r: ValueReader): Change {
  const tag1 = r.tag(3);
  switch (tag1) {
    case 0: {
      return { tag: 'started' };
    }
    case 1: {
      return { tag: 'exited', val: r.u32() };
    }
    case 2: {
      return { tag: 'died', val: readExitReason(r) };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/** A watch has fired. */
export interface Notice {
  readonly watch: WatchId;
  readonly vtid: Vtid;
  readonly change: Change;
}

export function writeNotice(w: ValueWriter, v: Notice): void {
  w.u32(v.watch);
  w.string(v.vtid);
  writeChange(w, v.change);
}

export function readNotice(r: ValueReader): Notice {
  return { watch: r.u32(), vtid: r.string(), change: readChange(r) };
}

/** What `receive` can yield. */
export type Event =
  | { readonly tag: 'message'; readonly val: Message }
  | { readonly tag: 'request'; readonly val: Request }
  | { readonly tag: 'completion'; readonly val: Completion }
  | { readonly tag: 'notice'; readonly val: Notice };

export function writeEvent(w: ValueWriter, v: Event): void {
  switch (v.tag) {
    case 'message': {
      w.u8(0);
      writeMessage(w, v.val);
      break;
    }
    case 'request': {
      w.u8(1);
      writeRequest(w, v.val);
      break;
    }
    case 'completion': {
      w.u8(2);
      writeCompletion(w, v.val);
      break;
    }
    case 'notice': {
      w.u8(3);
      writeNotice(w, v.val);
      break;
    }
    default:
      unknownCase('Event', v satisfies never);
  }
}

export function readEvent(r: ValueReader): Event {
  const tag1 = r.tag(4);
  switch (tag1) {
    case 0: {
      return { tag: 'message', val: readMessage(r) };
    }
    case 1: {
      return { tag: 'request', val: readRequest(r) };
    }
    case 2: {
      return { tag: 'completion', val: readCompletion(r) };
    }
    case 3: {
      return { tag: 'notice', val: readNotice(r) };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/**
 * Remote procedure calls and messages between vTasks: `vtask_register_rpc`, `vtask_rpc`, `vtask_register_msg` and
 * `vtask_msg` of the paper.
 *
 * Times are in milliseconds from the call. 0 means at once or not at all; 4,294,967,295 means without limit. An rpc is
 * carried out at most once. What one vTask sends to another arrives in the order of sending; those who send to one have
 * their turns there by rounds.
 */
export interface IpcCalls {
  /**
   * Says that the caller answers requests of this identity: `vtask_register_rpc`. An identity has 1 to 128 bytes.
   * Requests that come before `run` has returned or `receive` was first called wait; after that, those of an identity
   * that is not registered are refused.
   *
   * Errors: `refused` (identity malformed, registered before, or more than 256 of them).
   */
  registerRpc(identity: string): Awaitable<Result<undefined, ErrorCode>>;

  /**
   * Asks another vTask and waits for its answer: `vtask_rpc(vtid, identity, timeout, args)`. While it waits, other
   * vTasks run; the caller itself handles nothing.
   *
   * Errors: every code of `error-code`.
   */
  rpc(vtid: Vtid, identity: string, timeoutMs: number, args: Payload): Awaitable<Result<Payload, ErrorCode>>;

  /**
   * Asks another vTask without waiting for the outcome, which comes as a `completion`. As many may be out at
   * once as the quota `requests` says.
   *
   * Errors: `refused` (arguments out of range), `quota-exceeded` (too many out).
   */
  startRpc(vtid: Vtid, identity: string, timeoutMs: number, args: Payload): Awaitable<Result<RequestId, ErrorCode>>;

  /** Says that the caller takes messages of this identity: `vtask_register_msg`. As `register-rpc`. */
  registerMsg(identity: string): Awaitable<Result<undefined, ErrorCode>>;

  /**
   * Sends a message and returns once it is in the target's mailbox: `vtask_msg(vtid, identity, msg, timeout)`. Or once room
   * is kept for it there: then it arrives in its turn, also over a connection between nodes that is lost meanwhile, unless the
   * target ends first, or one of the two nodes is lost.
   *
   * Errors: `no-such-task`, `timeout`, `unreachable`, `refused` (no such identity), `mailbox-full`, `task-died`,
   * `quota-exceeded` (larger than the target's whole mailbox).
   */
  msg(vtid: Vtid, identity: string, body: Payload, timeoutMs: number): Awaitable<Result<undefined, ErrorCode>>;

  /**
   * Waits for the next message, request, completion or notice. For programs that pull; a service has handlers instead.
   *
   * Errors: `timeout`.
   */
  receive(timeoutMs: number): Awaitable<Result<Event, ErrorCode>>;

  /**
   * Answers a request, now or later: with the result, or with the text of what went wrong, which its caller sees as
   * `handler-failed`.
   *
   * Errors: `refused` (no such token, or answered before).
   */
  reply(token: Token, outcome: Result<Payload, string>): Awaitable<Result<undefined, ErrorCode>>;
}

/** Where a line goes. */
export type Channel =
  /** The standard output of a program, passed through by `vstar run`. */
  | 'output'
  /** Its standard error. */
  | 'errors'
  | 'debug'
  | 'info'
  | 'warn'
  | 'error';

export const CHANNEL_CASES: readonly Channel[] = ['output', 'errors', 'debug', 'info', 'warn', 'error'];

export function channelTag(v: Channel): number {
  switch (v) {
    case 'output':
      return 0;
    case 'errors':
      return 1;
    case 'debug':
      return 2;
    case 'info':
      return 3;
    case 'warn':
      return 4;
    case 'error':
      return 5;
    default:
      return unknownCase('Channel', v satisfies never);
  }
}

export function writeChannel(w: ValueWriter, v: Channel): void {
  w.u8(channelTag(v));
}

export function readChannel(r: ValueReader): Channel {
  return CHANNEL_CASES[r.tag(6)] as Channel;
}

/** What one `write` said. */
export interface Entry {
  /** Counts the entries of one vTask from 0. */
  readonly number: number;
  /** Milliseconds since 1970 by its node's clock. */
  readonly timeMs: number;
  readonly channel: Channel;
  readonly text: Uint8Array;
}

export function writeEntry(w: ValueWriter, v: Entry): void {
  w.u64(v.number);
  w.u64(v.timeMs);
  writeChannel(w, v.channel);
  w.bytes(v.text);
}

export function readEntry(r: ValueReader): Entry {
  return { number: r.u64(), timeMs: r.u64(), channel: readChannel(r), text: r.bytes() };
}

/** Some entries, and the number to ask for next. */
export interface Page {
  readonly entries: readonly Entry[];
  readonly next: number;
  /** The vTask has ended and there is nothing after this page. */
  readonly ended: boolean;
}

export function writePage(w: ValueWriter, v: Page): void {
  w.count(v.entries.length);
  for (const item1 of v.entries) {
    writeEntry(w, item1);
  }
  w.u64(v.next);
  w.bool(v.ended);
}

export function readPage(r: ValueReader): Page {
  const count2 = r.count(4);
  const items1: Entry[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readEntry(r));
  }
  const part4 = items1;
  const part5 = r.u64();
  const part6 = r.bool();
  return { entries: part4, next: part5, ended: part6 };
}

/** What a vTask says to people: its output and its log. */
export interface LogCalls {
  /**
   * Adds bytes to a channel, at most 64 KiB a call, the rest is cut. The last 256 KiB of a vTask are kept; while a
   * reader follows, the writer is held back instead of losing what the reader has not seen.
   */
  write(to: Channel, text: Uint8Array): Awaitable<void>;

  /**
   * The entries of a vTask from a number on, at most 64 KiB of them, waiting up to `timeout-ms` for the first.
   *
   * Errors: `no-such-task`, `task-died` (it ended with its node, and its log with it), `unreachable`.
   */
  read(vtid: Vtid, number: number, timeoutMs: number): Awaitable<Result<Page, ErrorCode>>;
}

/**
 * Watching the life of other vTasks: `vtask_on_start`, `vtask_on_exit` and `vtask_on_die` of the paper.
 *
 * A watch fires once, as a notice in the watcher's mailbox, at once if what it waits for has happened already. A watch
 * for an exit ends without a notice when the vTask dies instead, and the other way round. Notices are never held back
 * and do not count against the mailbox.
 */
export interface MonitorCalls {
  /**
   * Fires when the vTask runs.
   *
   * Errors: `no-such-task`, `unreachable`, `quota-exceeded` (more than the quota `watches` says).
   */
  onStart(vtid: Vtid): Awaitable<Result<WatchId, ErrorCode>>;

  /**
   * Fires when the vTask ends by itself, with its status.
   *
   * Errors: as `on-start`.
   */
  onExit(vtid: Vtid): Awaitable<Result<WatchId, ErrorCode>>;

  /**
   * Fires when the vTask dies, is killed, or is lost with its node, with the reason. Of a node that is lost nobody knows which of
   * its vTasks had ended before: a watch that is set then fires for each.
   *
   * Errors: as `on-start`.
   */
  onDie(vtid: Vtid): Awaitable<Result<WatchId, ErrorCode>>;

  /**
   * Takes a watch back. A notice of it that waits already is still received.
   *
   * Errors: `refused` (no such watch).
   */
  unwatch(watch: WatchId): Awaitable<Result<undefined, ErrorCode>>;
}

/** What every vTask exports. */
export interface ProgramCalls {
  /**
   * Runs with the `cmd` that `new` was given. A program ends with the status that it returns, or dies with the error.
   * A service initialises here: one that exports `handlers` and has registered an identity, watches somebody or has
   * requests out lives on after status 0, and answers.
   */
  run(cmd: readonly string[]): Awaitable<Result<number, string>>;
}

/**
 * Names one vTask for as long as anybody remembers it. Opaque, at most 128 bytes of ASCII, unguessable; it says
 * nothing of where the vTask runs, and holding one grants nothing.
 */
export type Vtid = string;

/** Bytes that the kernel carries and never reads. At most 1 MiB. The SDKs put CBOR in them. */
export type Payload = Uint8Array;

/** Why a call did not do what was asked. The codes are stable; the text in a case is for people. */
export type ErrorCode =
  /** No vTask has this vtid or name, or the caller may not know of it. */
  | { readonly tag: 'no-such-task' }
  /** The time given ran out. A request may or may not have been carried out. */
  | { readonly tag: 'timeout' }
  /**
   * The target's node cannot be reached, and nobody knows whether the target lives, or so much waits on the way that the call
   * or its answer found no room. Only a call to another node fails so; it may or may not have been carried out.
   */
  | { readonly tag: 'unreachable'; readonly val: string }
  /** The call is not allowed, not possible in this state, or its arguments are out of range. */
  | { readonly tag: 'refused'; readonly val: string }
  /** The target's mailbox had no room until the time given ran out. The target never saw the call. */
  | { readonly tag: 'mailbox-full' }
  /** The target is waiting, directly or through others, for the caller: the call could never be answered. */
  | { readonly tag: 'would-deadlock' }
  /** The target's handler answered with an error. */
  | { readonly tag: 'handler-failed'; readonly val: string }
  /**
   * The target ended before it answered, or had ended already: by itself, or with its node, as soon as that is known to be lost
   * and for good. What must run is made again under its name, with a vtid of its own.
   */
  | { readonly tag: 'task-died'; readonly val: string }
  /** A limit of the caller's or the target's quota would be passed; names the limit. */
  | { readonly tag: 'quota-exceeded'; readonly val: string }
  /** Anything else. */
  | { readonly tag: 'other'; readonly val: string };

export function writeErrorCode(w: ValueWriter, v: ErrorCode): void {
  switch (v.tag) {
    case 'no-such-task': {
      w.u8(0);
      break;
    }
    case 'timeout': {
      w.u8(1);
      break;
    }
    case 'unreachable': {
      w.u8(2);
      w.string(v.val);
      break;
    }
    case 'refused': {
      w.u8(3);
      w.string(v.val);
      break;
    }
    case 'mailbox-full': {
      w.u8(4);
      break;
    }
    case 'would-deadlock': {
      w.u8(5);
      break;
    }
    case 'handler-failed': {
      w.u8(6);
      w.string(v.val);
      break;
    }
    case 'task-died': {
      w.u8(7);
      w.string(v.val);
      break;
    }
    case 'quota-exceeded': {
      w.u8(8);
      w.string(v.val);
      break;
    }
    case 'other': {
      w.u8(9);
      w.string(v.val);
      break;
    }
    default:
      unknownCase('ErrorCode', v satisfies never);
  }
}

export function readErrorCode(r: ValueReader): ErrorCode {
  const tag1 = r.tag(10);
  switch (tag1) {
    case 0: {
      return { tag: 'no-such-task' };
    }
    case 1: {
      return { tag: 'timeout' };
    }
    case 2: {
      return { tag: 'unreachable', val: r.string() };
    }
    case 3: {
      return { tag: 'refused', val: r.string() };
    }
    case 4: {
      return { tag: 'mailbox-full' };
    }
    case 5: {
      return { tag: 'would-deadlock' };
    }
    case 6: {
      return { tag: 'handler-failed', val: r.string() };
    }
    case 7: {
      return { tag: 'task-died', val: r.string() };
    }
    case 8: {
      return { tag: 'quota-exceeded', val: r.string() };
    }
    case 9: {
      return { tag: 'other', val: r.string() };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/** How a vTask ended. */
export type ExitReason =
  /** `run` returned this status, 0 for success, or the vTask called `exit`. */
  | { readonly tag: 'exited'; readonly val: number }
  /** `run` returned an error. */
  | { readonly tag: 'failed'; readonly val: string }
  /** The program trapped: an unreachable instruction, an access out of bounds, a stack overflow. */
  | { readonly tag: 'trapped'; readonly val: string }
  /** It was killed by someone with the right to. */
  | { readonly tag: 'killed' }
  /** Its creator ended and it was not detached. */
  | { readonly tag: 'creator-ended' }
  /** It passed a limit that a program may not survive; names the limit. */
  | { readonly tag: 'quota-exceeded'; readonly val: string }
  /** Its image could not be started; says why. */
  | { readonly tag: 'start-failed'; readonly val: string }
  /** The thread or process that held it ended. */
  | { readonly tag: 'lane-lost'; readonly val: string }
  /** Its node is gone. */
  | { readonly tag: 'node-lost' };

export function writeExitReason(w: ValueWriter, v: ExitReason): void {
  switch (v.tag) {
    case 'exited': {
      w.u8(0);
      w.u32(v.val);
      break;
    }
    case 'failed': {
      w.u8(1);
      w.string(v.val);
      break;
    }
    case 'trapped': {
      w.u8(2);
      w.string(v.val);
      break;
    }
    case 'killed': {
      w.u8(3);
      break;
    }
    case 'creator-ended': {
      w.u8(4);
      break;
    }
    case 'quota-exceeded': {
      w.u8(5);
      w.string(v.val);
      break;
    }
    case 'start-failed': {
      w.u8(6);
      w.string(v.val);
      break;
    }
    case 'lane-lost': {
      w.u8(7);
      w.string(v.val);
      break;
    }
    case 'node-lost': {
      w.u8(8);
      break;
    }
    default:
      unknownCase('ExitReason', v satisfies never);
  }
}

export function readExitReason(r: ValueReader): ExitReason {
  const tag1 = r.tag(9);
  switch (tag1) {
    case 0: {
      return { tag: 'exited', val: r.u32() };
    }
    case 1: {
      return { tag: 'failed', val: r.string() };
    }
    case 2: {
      return { tag: 'trapped', val: r.string() };
    }
    case 3: {
      return { tag: 'killed' };
    }
    case 4: {
      return { tag: 'creator-ended' };
    }
    case 5: {
      return { tag: 'quota-exceeded', val: r.string() };
    }
    case 6: {
      return { tag: 'start-failed', val: r.string() };
    }
    case 7: {
      return { tag: 'lane-lost', val: r.string() };
    }
    case 8: {
      return { tag: 'node-lost' };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/** Where a vTask is in its life. */
export type State =
  /** Made, not yet asked to run. */
  | 'created'
  /** Asked to run, waiting for its lane. */
  | 'scheduled'
  /** Its image is being loaded. */
  | 'starting'
  /** It runs, or waits for work. */
  | 'running'
  /** Paused in place: it handles nothing until it is resumed. */
  | 'suspended'
  /** It ended by itself. */
  | 'exited'
  /** It ended against its will. */
  | 'died'
  /** It was ended by another. */
  | 'killed'
  /** Its node is gone. */
  | 'lost';

export const STATE_CASES: readonly State[] = ['created', 'scheduled', 'starting', 'running', 'suspended', 'exited', 'died', 'killed', 'lost'];

export function stateTag(v: State): number {
  switch (v) {
    case 'created':
      return 0;
    case 'scheduled':
      return 1;
    case 'starting':
      return 2;
    case 'running':
      return 3;
    case 'suspended':
      return 4;
    case 'exited':
      return 5;
    case 'died':
      return 6;
    case 'killed':
      return 7;
    case 'lost':
      return 8;
    default:
      return unknownCase('State', v satisfies never);
  }
}

export function writeState(w: ValueWriter, v: State): void {
  w.u8(stateTag(v));
}

export function readState(r: ValueReader): State {
  return STATE_CASES[r.tag(9)] as State;
}

/**
 * What a vTask may use. Where one is made, a limit of 0 stands for the default; where one is adjusted, for what it is.
 * docs/limits.md has what passing each of them does.
 */
export interface Quota {
  /** Linear memory, all of the vTask's memories together, in pages of 64 KiB. Default 4,096 (256 MiB), at most 65,536. */
  readonly memoryPages: number;
  /**
   * Elements that its tables may come to have, all of an instance together: of those that can grow, as many as they can
   * grow to. Looked at when it starts. Default and maximum 1,048,576.
   */
  readonly tableElements: number;
  /**
   * Its part of its lane's time, relative to the weights of the others that want to run. 1 to 1,000; default 100, or
   * what the Task Manager says.
   */
  readonly cpuWeight: number;
  /**
   * The most processor time that it may use, in thousandths of a core, though nobody else wants to run. Default and
   * maximum 1,000, which is no such limit: a vTask does one thing at a time.
   */
  readonly cpuRate: number;
  /** Bytes of messages and requests that may wait for the vTask. Default 1 MiB, at most 64 MiB. */
  readonly mailboxBytes: number;
  /** Messages and requests that it may send in a second. Default and maximum 1,000,000,000, which is no such limit. */
  readonly messageRate: number;
  /** Bytes that it may write to its log in a second. Default 16 MiB, at most 1 GiB. */
  readonly logRate: number;
  /** Watches that it may have open. Default 1,024, at most 65,536. */
  readonly watches: number;
  /** Requests and messages that it may have out. Default 128, at most 65,536. */
  readonly requests: number;
  /** Milliseconds from its making to its end, at the latest. Default and maximum 4,294,967,295, which is no such limit. */
  readonly lifeMs: number;
  /** Bytes that it may write to scratch blobs, those that were released left out. Default and maximum 1 TiB. */
  readonly scratchBytes: number;
}

export function writeQuota(w: ValueWriter, v: Quota): void {
  w.u32(v.memoryPages);
  w.u32(v.tableElements);
  w.u32(v.cpuWeight);
  w.u32(v.cpuRate);
  w.u32(v.mailboxBytes);
  w.u32(v.messageRate);
  w.u32(v.logRate);
  w.u32(v.watches);
  w.u32(v.requests);
  w.u32(v.lifeMs);
  w.u64(v.scratchBytes);
}

export function readQuota(r: ValueReader): Quota {
  return {
    memoryPages: r.u32(),
    tableElements: r.u32(),
    cpuWeight: r.u32(),
    cpuRate: r.u32(),
    mailboxBytes: r.u32(),
    messageRate: r.u32(),
    logRate: r.u32(),
    watches: r.u32(),
    requests: r.u32(),
    lifeMs: r.u32(),
    scratchBytes: r.u64(),
  };
}

/** A limit that a call may pass: of a vTask, or of its tenant on one node. */
export type Limit =
  | 'memory-pages'
  | 'table-elements'
  | 'mailbox-bytes'
  | 'message-rate'
  | 'log-rate'
  | 'watches'
  | 'requests'
  | 'life-ms'
  | 'scratch-bytes'
  /** vTasks of the tenant. */
  | 'tenant-vtasks'
  /** Memory that the vTasks of the tenant hold. */
  | 'tenant-memory'
  /** The size of an image. */
  | 'image-bytes'
  /** Durable blobs of the tenant. */
  | 'store-bytes';

export const LIMIT_CASES: readonly Limit[] = ['memory-pages', 'table-elements', 'mailbox-bytes', 'message-rate', 'log-rate', 'watches', 'requests', 'life-ms', 'scratch-bytes', 'tenant-vtasks', 'tenant-memory', 'image-bytes', 'store-bytes'];

export function limitTag(v: Limit): number {
  switch (v) {
    case 'memory-pages':
      return 0;
    case 'table-elements':
      return 1;
    case 'mailbox-bytes':
      return 2;
    case 'message-rate':
      return 3;
    case 'log-rate':
      return 4;
    case 'watches':
      return 5;
    case 'requests':
      return 6;
    case 'life-ms':
      return 7;
    case 'scratch-bytes':
      return 8;
    case 'tenant-vtasks':
      return 9;
    case 'tenant-memory':
      return 10;
    case 'image-bytes':
      return 11;
    case 'store-bytes':
      return 12;
    default:
      return unknownCase('Limit', v satisfies never);
  }
}

export function writeLimit(w: ValueWriter, v: Limit): void {
  w.u8(limitTag(v));
}

export function readLimit(r: ValueReader): Limit {
  return LIMIT_CASES[r.tag(13)] as Limit;
}

/** How often a limit was passed: refused or held back, or where the node only counts what it would have refused, let be. */
export interface Refusal {
  readonly limit: Limit;
  readonly count: number;
}

export function writeRefusal(w: ValueWriter, v: Refusal): void {
  writeLimit(w, v.limit);
  w.u64(v.count);
}

export function readRefusal(r: ValueReader): Refusal {
  return { limit: readLimit(r), count: r.u64() };
}

/** What is known of a vTask. */
export interface Info {
  readonly vtid: Vtid;
  /** The name that it was given, unique in the cluster among those alive. */
  readonly name: string | undefined;
  /** The tenant that it belongs to. */
  readonly tenant: string;
  /** The path or blob of the image it was made from. */
  readonly image: string;
  /** The id of the node that it is on. */
  readonly node: string;
  readonly state: State;
  readonly creator: Vtid | undefined;
  /** Milliseconds since 1970 by its node's clock; 0 where it has not happened. */
  readonly createdMs: number;
  readonly startedMs: number;
  readonly endedMs: number;
  /** Bytes of linear memory that it holds, as last reported by its lane. */
  readonly memoryBytes: number;
  /** Bytes of messages and requests that wait for it, as last reported by its lane. */
  readonly mailboxBytes: number;
  /** Microseconds of processor time that it has used, as last reported by its lane. */
  readonly cpuUs: number;
  /** What it may use. */
  readonly quota: Quota;
  /** The limits that it has passed. */
  readonly refusals: readonly Refusal[];
  /** How it ended, once it has. */
  readonly reason: ExitReason | undefined;
}

export function writeInfo(w: ValueWriter, v: Info): void {
  w.string(v.vtid);
  const v1 = v.name;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.string(v1);
  }
  w.string(v.tenant);
  w.string(v.image);
  w.string(v.node);
  writeState(w, v.state);
  const v2 = v.creator;
  if (v2 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.string(v2);
  }
  w.u64(v.createdMs);
  w.u64(v.startedMs);
  w.u64(v.endedMs);
  w.u64(v.memoryBytes);
  w.u32(v.mailboxBytes);
  w.u64(v.cpuUs);
  writeQuota(w, v.quota);
  w.count(v.refusals.length);
  for (const item3 of v.refusals) {
    writeRefusal(w, item3);
  }
  const v4 = v.reason;
  if (v4 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeExitReason(w, v4);
  }
}

export function readInfo(r: ValueReader): Info {
  const part4 = r.string();
  const part5 = r.tag(2) === 0 ? undefined : r.string();
  const part6 = r.string();
  const part7 = r.string();
  const part8 = r.string();
  const part9 = readState(r);
  const part10 = r.tag(2) === 0 ? undefined : r.string();
  const part11 = r.u64();
  const part12 = r.u64();
  const part13 = r.u64();
  const part14 = r.u64();
  const part15 = r.u32();
  const part16 = r.u64();
  const part17 = readQuota(r);
  const count2 = r.count(2);
  const items1: Refusal[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readRefusal(r));
  }
  const part18 = items1;
  const part19 = r.tag(2) === 0 ? undefined : readExitReason(r);
  return {
    vtid: part4,
    name: part5,
    tenant: part6,
    image: part7,
    node: part8,
    state: part9,
    creator: part10,
    createdMs: part11,
    startedMs: part12,
    endedMs: part13,
    memoryBytes: part14,
    mailboxBytes: part15,
    cpuUs: part16,
    quota: part17,
    refusals: part18,
    reason: part19,
  };
}

/**
 * When a vTask is made again after its end: on the same node, with the same name and cmd, and a vtid of its own; where its
 * node is lost or stopped, on another one. Never after a kill or the end of its creator, and no more than five times within
 * a minute.
 */
export type Restart =
  | 'never'
  /** After any end but an exit with status 0. */
  | 'on-failure'
  /** After every end. */
  | 'always';

export const RESTART_CASES: readonly Restart[] = ['never', 'on-failure', 'always'];

export function restartTag(v: Restart): number {
  switch (v) {
    case 'never':
      return 0;
    case 'on-failure':
      return 1;
    case 'always':
      return 2;
    default:
      return unknownCase('Restart', v satisfies never);
  }
}

export function writeRestart(w: ValueWriter, v: Restart): void {
  w.u8(restartTag(v));
}

export function readRestart(r: ValueReader): Restart {
  return RESTART_CASES[r.tag(3)] as Restart;
}

/** How a vTask is to be made. Leaving the record out is the same as all of its defaults. */
export interface Options {
  /** Lives on when its creator ends. Default false. */
  readonly detached: boolean;
  /** The id or name of the node that it must be placed on. Default: wherever the Resource Manager says. */
  readonly node: string | undefined;
  /** Ids of nodes that it had better be near, the best first, for example those that hold its data. Default none. */
  readonly near: readonly string[];
  /**
   * The interfaces that it may import, for example `posiv:vstore/files`, or a whole package, `posiv:vstore`.
   * None stands for `posiv:kernel`. The creator must hold each of them.
   */
  readonly grants: readonly string[] | undefined;
  /** Its limits. */
  readonly quota: Quota;
  /** Environment variables of a WASI program. */
  readonly environment: readonly (readonly [string, string])[];
  /** When it is made again. Default `never`; any other needs a name, by which it is found again. */
  readonly restart: Restart;
}

export function writeOptions(w: ValueWriter, v: Options): void {
  w.bool(v.detached);
  const v1 = v.node;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.string(v1);
  }
  w.count(v.near.length);
  for (const item2 of v.near) {
    w.string(item2);
  }
  const v3 = v.grants;
  if (v3 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.count(v3.length);
    for (const item4 of v3) {
      w.string(item4);
    }
  }
  writeQuota(w, v.quota);
  w.count(v.environment.length);
  for (const item5 of v.environment) {
    w.string(item5[0]);
    w.string(item5[1]);
  }
  writeRestart(w, v.restart);
}

export function readOptions(r: ValueReader): Options {
  const part12 = r.bool();
  const part13 = r.tag(2) === 0 ? undefined : r.string();
  const count2 = r.count(1);
  const items1: string[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(r.string());
  }
  const part14 = items1;
  let choice7: readonly string[] | undefined;
  const tag8 = r.tag(2);
  switch (tag8) {
    case 0: {
      choice7 = undefined;
      break;
    }
    case 1: {
      const count5 = r.count(1);
      const items4: string[] = [];
      for (let index6 = 0; index6 < count5; index6++) {
        items4.push(r.string());
      }
      choice7 = items4;
      break;
    }
    default:
      unknownCase('a variant', tag8);
  }
  const part15 = choice7;
  const part16 = readQuota(r);
  const count10 = r.count(2);
  const items9: (readonly [string, string])[] = [];
  for (let index11 = 0; index11 < count10; index11++) {
    items9.push([r.string(), r.string()]);
  }
  const part17 = items9;
  const part18 = readRestart(r);
  return {
    detached: part12,
    node: part13,
    near: part14,
    grants: part15,
    quota: part16,
    environment: part17,
    restart: part18,
  };
}

/** Making, starting, ending and looking at vTasks: `vtask_new`, `vtask_sched` and `vtask_kill` of the paper. */
export interface VtaskCalls {
  /**
   * Makes a vTask of the image at a path of vStore, without starting it: `vtask_new(Name, vStorePath, cmd)`.
   * A name makes it durable: it is recorded on disk before this returns, and is refused while a living vTask bears it.
   * A name has 1 to 128 bytes of `a-z A-Z 0-9 . _ -`. `cmd` is given to `run`; at most 64 KiB in all with the environment
   * and 32 bytes for each word, 32 KiB for a vTask with a name.
   *
   * Errors: `refused` (name taken or malformed, a restart without a name, no such image, imports that are not granted,
   * grants beyond the creator's, no node can take it), `unreachable` (the node that keeps the name, or the one that it must be on),
   * `quota-exceeded`.
   */
  'new'(name: string | undefined, path: string, cmd: readonly string[], options: Options | undefined): Awaitable<Result<Vtid, ErrorCode>>;

  /**
   * Starts a vTask that `new` made: `vtask_sched`. Returns once its node has accepted it; `on-start` tells when it runs.
   *
   * Errors: `no-such-task`, `refused` (scheduled before), `task-died`, `unreachable`.
   */
  sched(vtid: Vtid): Awaitable<Result<undefined, ErrorCode>>;

  /**
   * Ends a vTask wherever it is, and its children with it: `vtask_kill`. Once this has returned, no call of the victim
   * has any effect, and it is not made again. Killing one that has ended already succeeds.
   *
   * Errors: `no-such-task`, `task-died` (it ended with its node; what must run is made again), `unreachable` (its node; or it
   * has ended, and those that keep its name cannot be told so: then kill it once more, else it is made again if its node is lost).
   */
  kill(vtid: Vtid): Awaitable<Result<undefined, ErrorCode>>;

  /**
   * Changes what a vTask may use, at once. A limit of 0 stays as it is. For its creator and for programs outside of its
   * tenant's; nobody adjusts itself. Memory beyond a smaller limit is kept, and grows no further.
   *
   * Errors: `no-such-task`, `refused` (not the caller's to say), `quota-exceeded` (a limit is
   * above its maximum or the tenant's own; names it), `task-died`, `unreachable`.
   */
  adjust(vtid: Vtid, quota: Quota): Awaitable<Result<undefined, ErrorCode>>;

  /** The caller's own vtid. */
  self(): Awaitable<Vtid>;

  /** Ends the caller with this status as soon as it returns from the function that it is in. */
  exit(status: number): Awaitable<void>;

  /**
   * What is known of a vTask, for some time after its end too.
   *
   * Errors: `no-such-task`, `task-died` (it ended with its node, and so did what was known of it), `unreachable`, `refused` (it
   * is being made under a name, and not there yet).
   */
  info(vtid: Vtid): Awaitable<Result<Info, ErrorCode>>;

  /**
   * The vtid of the living vTask that bears a name.
   *
   * Errors: `no-such-task`, `unreachable` (those that keep the name, the vTask's node, or the vTask is being made again).
   */
  find(name: string): Awaitable<Result<Vtid, ErrorCode>>;

  /**
   * The vTasks of the caller's tenant on one node, the youngest first, at most 1,000; those that ended a short while ago
   * too. None stands for the caller's node.
   *
   * Errors: `refused` (no such node), `unreachable`.
   */
  list(node: string | undefined): Awaitable<Result<readonly Info[], ErrorCode>>;
}

