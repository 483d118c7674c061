// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { type GuestMemory, guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { safe, toU64 } from '#posiv-wit/abi/numbers.ts';
import { badTag, caseOf, notOfType } from '#posiv-wit/abi/trap.ts';
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { CHANNEL_CASES, type Change, type Channel, type Completion, type Entry, type ErrorCode, type Event, type ExitReason, type Info, LIMIT_CASES, type Message, type Notice, type Options, type Outcome, type Page, type Payload, type Quota, RESTART_CASES, type Refusal, type Request, type RequestId, STATE_CASES, type Token, type Vtid, type WatchId, channelTag, limitTag, readChannel, readCompletion, readErrorCode, readEvent, readInfo, readMessage, readNotice, readOptions, readOutcome, readPage, readQuota, readRequest, restartTag, stateTag, writeChannel, writeCompletion, writeErrorCode, writeEvent, writeInfo, writeMessage, writeNotice, writeOptions, writeOutcome, writePage, writeQuota, writeRequest } from '#posiv-wit/generated/kernel.ts';
import type { Result } from '#posiv-wit/result.ts';

export function loadOutcome(m: GuestMemory, at: number): Outcome {
  const tag1 = m.view.getUint8(at);
  switch (tag1) {
    case 0: {
      return { tag: 'reply', val: m.copyAt(at + 4) };
    }
    case 1: {
      return { tag: 'failed', val: m.textAt(at + 4) };
    }
    case 2: {
      return { tag: 'later' };
    }
    default:
      badTag(tag1);
  }
}

export function storeOutcome(m: GuestMemory, at: number, v: Outcome): void {
  switch (v.tag) {
    case 'reply': {
      m.view.setUint8(at, 0);
      m.putBytes(at + 4, v.val);
      break;
    }
    case 'failed': {
      m.view.setUint8(at, 1);
      m.putText(at + 4, v.val);
      break;
    }
    case 'later': {
      m.view.setUint8(at, 2);
      break;
    }
    default:
      notOfType('Outcome', v satisfies never);
  }
}

export function askOutcome(m: GuestMemory, v: Outcome): void {
  switch (v.tag) {
    case 'reply': {
      m.askBytes(v.val);
      break;
    }
    case 'failed': {
      m.askText(v.val);
      break;
    }
    case 'later': {
      break;
    }
    default:
      notOfType('Outcome', v satisfies never);
  }
}

export function loadMessage(m: GuestMemory, at: number): Message {
  return { sender: m.textAt(at), identity: m.textAt(at + 8), body: m.copyAt(at + 16) };
}

export function storeMessage(m: GuestMemory, at: number, v: Message): void {
  m.putText(at, v.sender);
  m.putText(at + 8, v.identity);
  m.putBytes(at + 16, v.body);
}

export function askMessage(m: GuestMemory, v: Message): void {
  m.askText(v.sender);
  m.askText(v.identity);
  m.askBytes(v.body);
}

export function loadRequest(m: GuestMemory, at: number): Request {
  return {
    token: m.view.getUint32(at, true),
    caller: m.textAt(at + 4),
    identity: m.textAt(at + 12),
    args: m.copyAt(at + 20),
  };
}

export function storeRequest(m: GuestMemory, at: number, v: Request): void {
  m.view.setUint32(at, v.token, true);
  m.putText(at + 4, v.caller);
  m.putText(at + 12, v.identity);
  m.putBytes(at + 20, v.args);
}

export function askRequest(m: GuestMemory, v: Request): void {
  m.askText(v.caller);
  m.askText(v.identity);
  m.askBytes(v.args);
}

export function loadCompletion(m: GuestMemory, at: number): Completion {
  return {
    id: m.view.getUint32(at, true),
    outcome: m.choice(m.view.getUint8(at + 4)) === 0 ? { ok: true, value: m.copyAt(at + 8) } : { ok: false, error: loadErrorCode(m, at + 8) },
  };
}

export function storeCompletion(m: GuestMemory, at: number, v: Completion): void {
  m.view.setUint32(at, v.id, true);
  const v1 = v.outcome;
  if (v1.ok) {
    m.view.setUint8(at + 4, 0);
    m.putBytes(at + 8, v1.value);
  } else {
    m.view.setUint8(at + 4, 1);
    storeErrorCode(m, at + 8, v1.error);
  }
}

export function askCompletion(m: GuestMemory, v: Completion): void {
  const v1 = v.outcome;
  if (v1.ok) {
    m.askBytes(v1.value);
  } else {
    askErrorCode(m, v1.error);
  }
}

export function loadChange(m: GuestMemory, at: number): Change {
  const tag1 = m.view.getUint8(at);
  switch (tag1) {
    case 0: {
      return { tag: 'started' };
    }
    case 1: {
      return { tag: 'exited', val: m.view.getUint32(at + 4, true) };
    }
    case 2: {
      return { tag: 'died', val: loadExitReason(m, at + 4) };
    }
    default:
      badTag(tag1);
  }
}

export function storeChange(m: GuestMemory, at: number, v: Change): void {
  switch (v.tag) {
    case 'started': {
      m.view.setUint8(at, 0);
      break;
    }
    case 'exited': {
      m.view.setUint8(at, 1);
      m.view.setUint32(at + 4, v.val, true);
      break;
    }
    case 'died': {
      m.view.setUint8(at, 2);
      storeExitReason(m, at + 4, v.val);
      break;
    }
    default:
      notOfType('Change', v satisfies never);
  }
}

export function askChange(m: GuestMemory, v: Change): void {
  switch (v.tag) {
    case 'started': {
      break;
    }
    case 'exited': {
      break;
    }
    case 'died': {
      askExitReason(m, v.val);
      break;
    }
    default:
      notOfType('Change', v satisfies never);
  }
}

export function loadNotice(m: GuestMemory, at: number): Notice {
  return {
    watch: m.view.getUint32(at, true),
    vtid: m.textAt(at + 4),
    change: loadChange(m, at + 12),
  };
}

export function storeNotice(m: GuestMemory, at: number, v: Notice): void {
  m.view.setUint32(at, v.watch, true);
  m.putText(at + 4, v.vtid);
  storeChange(m, at + 12, v.change);
}

export function askNotice(m: GuestMemory, v: Notice): void {
  m.askText(v.vtid);
  askChange(m, v.change);
}

export function loadEvent(m: GuestMemory, at: number): Event {
  const tag1 = m.view.getUint8(at);
  switch (tag1) {
    case 0: {
      return { tag: 'message', val: loadMessage(m, at + 4) };
    }
    case 1: {
      return { tag: 'request', val: loadRequest(m, at + 4) };
    }
    case 2: {
      return { tag: 'completion', val: loadCompletion(m, at + 4) };
    }
    case 3: {
      return { tag: 'notice', val: loadNotice(m, at + 4) };
    }
    default:
      badTag(tag1);
  }
}

export function storeEvent(m: GuestMemory, at: number, v: Event): void {
  switch (v.tag) {
    case 'message': {
      m.view.setUint8(at, 0);
      storeMessage(m, at + 4, v.val);
      break;
    }
    case 'request': {
      m.view.setUint8(at, 1);
      storeRequest(m, at + 4, v.val);
      break;
    }
    case 'completion': {
      m.view.setUint8(at, 2);
      storeCompletion(m, at + 4, v.val);
      break;
    }
    case 'notice': {
      m.view.setUint8(at, 3);
      storeNotice(m, at + 4, v.val);
      break;
    }
    default:
      notOfType('Event', v satisfies never);
  }
}

export function askEvent(m: GuestMemory, v: Event): void {
  switch (v.tag) {
    case 'message': {
      askMessage(m, v.val);
      break;
    }
    case 'request': {
      askRequest(m, v.val);
      break;
    }
    case 'completion': {
      askCompletion(m, v.val);
      break;
    }
    case 'notice': {
      askNotice(m, v.val);
      break;
    }
    default:
      notOfType('Event', v satisfies never);
  }
}

export function loadEntry(m: GuestMemory, at: number): Entry {
  return {
    number: safe(m.view.getBigUint64(at, true)),
    timeMs: safe(m.view.getBigUint64(at + 8, true)),
    channel: caseOf(CHANNEL_CASES, m.view.getUint8(at + 16)),
    text: m.copyAt(at + 20),
  };
}

export function storeEntry(m: GuestMemory, at: number, v: Entry): void {
  m.view.setBigUint64(at, toU64(v.number), true);
  m.view.setBigUint64(at + 8, toU64(v.timeMs), true);
  m.view.setUint8(at + 16, channelTag(v.channel));
  m.putBytes(at + 20, v.text);
}

export function askEntry(m: GuestMemory, v: Entry): void {
  m.askBytes(v.text);
}

export function loadPage(m: GuestMemory, at: number): Page {
  const items1: Entry[] = [];
  const count2 = m.view.getUint32(at + 4, true);
  let at3 = m.items(m.view.getUint32(at, true), count2, 32, 8);
  for (const end4 = at3 + count2 * 32; at3 < end4; at3 += 32) {
    items1.push(loadEntry(m, at3));
  }
  const part5 = items1;
  const part6 = safe(m.view.getBigUint64(at + 8, true));
  const part7 = m.view.getUint8(at + 16) !== 0;
  return { entries: part5, next: part6, ended: part7 };
}

export function storePage(m: GuestMemory, at: number, v: Page): void {
  const pointer1 = m.allocate(v.entries.length * 32, 8);
  let at2 = pointer1;
  for (const item3 of v.entries) {
    storeEntry(m, at2, item3);
    at2 += 32;
  }
  m.view.setUint32(at, pointer1, true);
  m.view.setUint32(at + 4, v.entries.length, true);
  m.view.setBigUint64(at + 8, toU64(v.next), true);
  m.view.setUint8(at + 16, v.ended ? 1 : 0);
}

export function askPage(m: GuestMemory, v: Page): void {
  m.ask(v.entries.length * 32, 8);
  for (const item1 of v.entries) {
    askEntry(m, item1);
  }
}

export function loadErrorCode(m: GuestMemory, at: number): ErrorCode {
  const tag1 = m.view.getUint8(at);
  switch (tag1) {
    case 0: {
      return { tag: 'no-such-task' };
    }
    case 1: {
      return { tag: 'timeout' };
    }
    case 2: {
      return { tag: 'unreachable', val: m.textAt(at + 4) };
    }
    case 3: {
      return { tag: 'refused', val: m.textAt(at + 4) };
    }
    case 4: {
      return { tag: 'mailbox-full' };
    }
    case 5: {
      return { tag: 'would-deadlock' };
    }
    case 6: {
      return { tag: 'handler-failed', val: m.textAt(at + 4) };
    }
    case 7: {
      return { tag: 'task-died', val: m.textAt(at + 4) };
    }
    case 8: {
      return { tag: 'quota-exceeded', val: m.textAt(at + 4) };
    }
    case 9: {
      return { tag: 'other', val: m.textAt(at + 4) };
    }
    default:
      badTag(tag1);
  }
}

export function storeErrorCode(m: GuestMemory, at: number, v: ErrorCode): void {
  switch (v.tag) {
    case 'no-such-task': {
      m.view.setUint8(at, 0);
      break;
    }
    case 'timeout': {
      m.view.setUint8(at, 1);
      break;
    }
    case 'unreachable': {
      m.view.setUint8(at, 2);
      m.putText(at + 4, v.val);
      break;
    }
    case 'refused': {
      m.view.setUint8(at, 3);
      m.putText(at + 4, v.val);
      break;
    }
    case 'mailbox-full': {
      m.view.setUint8(at, 4);
      break;
    }
    case 'would-deadlock': {
      m.view.setUint8(at, 5);
      break;
    }
    case 'handler-failed': {
      m.view.setUint8(at, 6);
      m.putText(at + 4, v.val);
      break;
    }
    case 'task-died': {
      m.view.setUint8(at, 7);
      m.putText(at + 4, v.val);
      break;
    }
    case 'quota-exceeded': {
      m.view.setUint8(at, 8);
      m.putText(at + 4, v.val);
      break;
    }
    case 'other': {
      m.view.setUint8(at, 9);
      m.putText(at + 4, v.val);
      break;
    }
    default:
      notOfType('ErrorCode', v satisfies never);
  }
}

export function askErrorCode(m: GuestMemory, v: ErrorCode): void {
  switch (v.tag) {
    case 'no-such-task': {
      break;
    }
    case 'timeout': {
      break;
    }
    case 'unreachable': {
      m.askText(v.val);
      break;
    }
    case 'refused': {
      m.askText(v.val);
      break;
    }
    case 'mailbox-full': {
      break;
    }
    case 'would-deadlock': {
      break;
    }
    case 'handler-failed': {
      m.askText(v.val);
      break;
    }
    case 'task-died': {
      m.askText(v.val);
      break;
    }
    case 'quota-exceeded': {
      m.askText(v.val);
      break;
    }
    case 'other': {
      m.askText(v.val);
      break;
    }
    default:
      notOfType('ErrorCode', v satisfies never);
  }
}

export function loadExitReason(m: GuestMemory, at: number): ExitReason {
  const tag1 = m.view.getUint8(at);
  switch (tag1) {
    case 0: {
      return { tag: 'exited', val: m.view.getUint32(at + 4, true) };
    }
    case 1: {
      return { tag: 'failed', val: m.textAt(at + 4) };
    }
    case 2: {
      return { tag: 'trapped', val: m.textAt(at + 4) };
    }
    case 3: {
      return { tag: 'killed' };
    }
    case 4: {
      return { tag: 'creator-ended' };
    }
    case 5: {
      return { tag: 'quota-exceeded', val: m.textAt(at + 4) };
    }
    case 6: {
      return { tag: 'start-failed', val: m.textAt(at + 4) };
    }
    case 7: {
      return { tag: 'lane-lost', val: m.textAt(at + 4) };
    }
    case 8: {
      return { tag: 'node-lost' };
    }
    default:
      badTag(tag1);
  }
}

export function storeExitReason(m: GuestMemory, at: number, v: ExitReason): void {
  switch (v.tag) {
    case 'exited': {
      m.view.setUint8(at, 0);
      m.view.setUint32(at + 4, v.val, true);
      break;
    }
    case 'failed': {
      m.view.setUint8(at, 1);
      m.putText(at + 4, v.val);
      break;
    }
    case 'trapped': {
      m.view.setUint8(at, 2);
      m.putText(at + 4, v.val);
      break;
    }
    case 'killed': {
      m.view.setUint8(at, 3);
      break;
    }
    case 'creator-ended': {
      m.view.setUint8(at, 4);
      break;
    }
    case 'quota-exceeded': {
      m.view.setUint8(at, 5);
      m.putText(at + 4, v.val);
      break;
    }
    case 'start-failed': {
      m.view.setUint8(at, 6);
      m.putText(at + 4, v.val);
      break;
    }
    case 'lane-lost': {
      m.view.setUint8(at, 7);
      m.putText(at + 4, v.val);
      break;
    }
    case 'node-lost': {
      m.view.setUint8(at, 8);
      break;
    }
    default:
      notOfType('ExitReason', v satisfies never);
  }
}

export function askExitReason(m: GuestMemory, v: ExitReason): void {
  switch (v.tag) {
    case 'exited': {
      break;
    }
    case 'failed': {
      m.askText(v.val);
      break;
    }
    case 'trapped': {
      m.askText(v.val);
      break;
    }
    case 'killed': {
      break;
    }
    case 'creator-ended': {
      break;
    }
    case 'quota-exceeded': {
      m.askText(v.val);
      break;
    }
    case 'start-failed': {
      m.askText(v.val);
      break;
    }
    case 'lane-lost': {
      m.askText(v.val);
      break;
    }
    case 'node-lost': {
      break;
    }
    default:
      notOfType('ExitReason', v satisfies never);
  }
}

export function loadQuota(m: GuestMemory, at: number): Quota {
  return {
    memoryPages: m.view.getUint32(at, true),
    tableElements: m.view.getUint32(at + 4, true),
    cpuWeight: m.view.getUint32(at + 8, true),
    cpuRate: m.view.getUint32(at + 12, true),
    mailboxBytes: m.view.getUint32(at + 16, true),
    messageRate: m.view.getUint32(at + 20, true),
    logRate: m.view.getUint32(at + 24, true),
    watches: m.view.getUint32(at + 28, true),
    requests: m.view.getUint32(at + 32, true),
    lifeMs: m.view.getUint32(at + 36, true),
    scratchBytes: safe(m.view.getBigUint64(at + 40, true)),
  };
}

export function storeQuota(m: GuestMemory, at: number, v: Quota): void {
  m.view.setUint32(at, v.memoryPages, true);
  m.view.setUint32(at + 4, v.tableElements, true);
  m.view.setUint32(at + 8, v.cpuWeight, true);
  m.view.setUint32(at + 12, v.cpuRate, true);
  m.view.setUint32(at + 16, v.mailboxBytes, true);
  m.view.setUint32(at + 20, v.messageRate, true);
  m.view.setUint32(at + 24, v.logRate, true);
  m.view.setUint32(at + 28, v.watches, true);
  m.view.setUint32(at + 32, v.requests, true);
  m.view.setUint32(at + 36, v.lifeMs, true);
  m.view.setBigUint64(at + 40, toU64(v.scratchBytes), true);
}

export function loadRefusal(m: GuestMemory, at: number): Refusal {
  return {
    limit: caseOf(LIMIT_CASES, m.view.getUint8(at)),
    count: safe(m.view.getBigUint64(at + 8, true)),
  };
}

export function storeRefusal(m: GuestMemory, at: number, v: Refusal): void {
  m.view.setUint8(at, limitTag(v.limit));
  m.view.setBigUint64(at + 8, toU64(v.count), true);
}

export function loadInfo(m: GuestMemory, at: number): Info {
  const part5 = m.textAt(at);
  const part6 = m.choice(m.view.getUint8(at + 8)) === 0 ? undefined : m.textAt(at + 12);
  const part7 = m.textAt(at + 20);
  const part8 = m.textAt(at + 28);
  const part9 = m.textAt(at + 36);
  const part10 = caseOf(STATE_CASES, m.view.getUint8(at + 44));
  const part11 = m.choice(m.view.getUint8(at + 48)) === 0 ? undefined : m.textAt(at + 52);
  const part12 = safe(m.view.getBigUint64(at + 64, true));
  const part13 = safe(m.view.getBigUint64(at + 72, true));
  const part14 = safe(m.view.getBigUint64(at + 80, true));
  const part15 = safe(m.view.getBigUint64(at + 88, true));
  const part16 = m.view.getUint32(at + 96, true);
  const part17 = safe(m.view.getBigUint64(at + 104, true));
  const part18 = loadQuota(m, at + 112);
  const items1: Refusal[] = [];
  const count2 = m.view.getUint32(at + 164, true);
  let at3 = m.items(m.view.getUint32(at + 160, true), count2, 16, 8);
  for (const end4 = at3 + count2 * 16; at3 < end4; at3 += 16) {
    items1.push(loadRefusal(m, at3));
  }
  const part19 = items1;
  const part20 = m.choice(m.view.getUint8(at + 168)) === 0 ? undefined : loadExitReason(m, at + 172);
  return {
    vtid: part5,
    name: part6,
    tenant: part7,
    image: part8,
    node: part9,
    state: part10,
    creator: part11,
    createdMs: part12,
    startedMs: part13,
    endedMs: part14,
    memoryBytes: part15,
    mailboxBytes: part16,
    cpuUs: part17,
    quota: part18,
    refusals: part19,
    reason: part20,
  };
}

export function storeInfo(m: GuestMemory, at: number, v: Info): void {
  m.putText(at, v.vtid);
  const v1 = v.name;
  if (v1 === undefined) {
    m.view.setUint8(at + 8, 0);
  } else {
    m.view.setUint8(at + 8, 1);
    m.putText(at + 12, v1);
  }
  m.putText(at + 20, v.tenant);
  m.putText(at + 28, v.image);
  m.putText(at + 36, v.node);
  m.view.setUint8(at + 44, stateTag(v.state));
  const v2 = v.creator;
  if (v2 === undefined) {
    m.view.setUint8(at + 48, 0);
  } else {
    m.view.setUint8(at + 48, 1);
    m.putText(at + 52, v2);
  }
  m.view.setBigUint64(at + 64, toU64(v.createdMs), true);
  m.view.setBigUint64(at + 72, toU64(v.startedMs), true);
  m.view.setBigUint64(at + 80, toU64(v.endedMs), true);
  m.view.setBigUint64(at + 88, toU64(v.memoryBytes), true);
  m.view.setUint32(at + 96, v.mailboxBytes, true);
  m.view.setBigUint64(at + 104, toU64(v.cpuUs), true);
  storeQuota(m, at + 112, v.quota);
  const pointer3 = m.allocate(v.refusals.length * 16, 8);
  let at4 = pointer3;
  for (const item5 of v.refusals) {
    storeRefusal(m, at4, item5);
    at4 += 16;
  }
  m.view.setUint32(at + 160, pointer3, true);
  m.view.setUint32(at + 164, v.refusals.length, true);
  const v6 = v.reason;
  if (v6 === undefined) {
    m.view.setUint8(at + 168, 0);
  } else {
    m.view.setUint8(at + 168, 1);
    storeExitReason(m, at + 172, v6);
  }
}

export function askInfo(m: GuestMemory, v: Info): void {
  m.askText(v.vtid);
  const v1 = v.name;
  if (v1 !== undefined) {
    m.askText(v1);
  }
  m.askText(v.tenant);
  m.askText(v.image);
  m.askText(v.node);
  const v2 = v.creator;
  if (v2 !== undefined) {
    m.askText(v2);
  }
  m.ask(v.refusals.length * 16, 8);
  const v3 = v.reason;
  if (v3 !== undefined) {
    askExitReason(m, v3);
  }
}

export function loadOptions(m: GuestMemory, at: number): Options {
  const part15 = m.view.getUint8(at) !== 0;
  const part16 = m.choice(m.view.getUint8(at + 4)) === 0 ? undefined : m.textAt(at + 8);
  const items1: string[] = [];
  const count2 = m.view.getUint32(at + 20, true);
  let at3 = m.items(m.view.getUint32(at + 16, true), count2, 8, 4);
  for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
    items1.push(m.textAt(at3));
  }
  const part17 = items1;
  let choice9: readonly string[] | undefined;
  const tag10 = m.choice(m.view.getUint8(at + 24));
  switch (tag10) {
    case 0: {
      choice9 = undefined;
      break;
    }
    case 1: {
      const items5: string[] = [];
      const count6 = m.view.getUint32(at + 32, true);
      let at7 = m.items(m.view.getUint32(at + 28, true), count6, 8, 4);
      for (const end8 = at7 + count6 * 8; at7 < end8; at7 += 8) {
        items5.push(m.textAt(at7));
      }
      choice9 = items5;
      break;
    }
    default:
      badTag(tag10);
  }
  const part18 = choice9;
  const part19 = loadQuota(m, at + 40);
  const items11: (readonly [string, string])[] = [];
  const count12 = m.view.getUint32(at + 92, true);
  let at13 = m.items(m.view.getUint32(at + 88, true), count12, 16, 4);
  for (const end14 = at13 + count12 * 16; at13 < end14; at13 += 16) {
    items11.push([m.textAt(at13), m.textAt(at13 + 8)]);
  }
  const part20 = items11;
  const part21 = caseOf(RESTART_CASES, m.view.getUint8(at + 96));
  return {
    detached: part15,
    node: part16,
    near: part17,
    grants: part18,
    quota: part19,
    environment: part20,
    restart: part21,
  };
}

export function storeOptions(m: GuestMemory, at: number, v: Options): void {
  m.view.setUint8(at, v.detached ? 1 : 0);
  const v1 = v.node;
  if (v1 === undefined) {
    m.view.setUint8(at + 4, 0);
  } else {
    m.view.setUint8(at + 4, 1);
    m.putText(at + 8, v1);
  }
  const pointer2 = m.allocate(v.near.length * 8, 4);
  let at3 = pointer2;
  for (const item4 of v.near) {
    m.putText(at3, item4);
    at3 += 8;
  }
  m.view.setUint32(at + 16, pointer2, true);
  m.view.setUint32(at + 20, v.near.length, true);
  const v5 = v.grants;
  if (v5 === undefined) {
    m.view.setUint8(at + 24, 0);
  } else {
    m.view.setUint8(at + 24, 1);
    const pointer6 = m.allocate(v5.length * 8, 4);
    let at7 = pointer6;
    for (const item8 of v5) {
      m.putText(at7, item8);
      at7 += 8;
    }
    m.view.setUint32(at + 28, pointer6, true);
    m.view.setUint32(at + 32, v5.length, true);
  }
  storeQuota(m, at + 40, v.quota);
  const pointer9 = m.allocate(v.environment.length * 16, 4);
  let at10 = pointer9;
  for (const item11 of v.environment) {
    m.putText(at10, item11[0]);
    m.putText(at10 + 8, item11[1]);
    at10 += 16;
  }
  m.view.setUint32(at + 88, pointer9, true);
  m.view.setUint32(at + 92, v.environment.length, true);
  m.view.setUint8(at + 96, restartTag(v.restart));
}

export function askOptions(m: GuestMemory, v: Options): void {
  const v1 = v.node;
  if (v1 !== undefined) {
    m.askText(v1);
  }
  m.ask(v.near.length * 8, 4);
  for (const item2 of v.near) {
    m.askText(item2);
  }
  const v3 = v.grants;
  if (v3 !== undefined) {
    m.ask(v3.length * 8, 4);
    for (const item4 of v3) {
      m.askText(item4);
    }
  }
  m.ask(v.environment.length * 16, 4);
  for (const item5 of v.environment) {
    m.askText(item5[0]);
    m.askText(item5[1]);
  }
}

const clockMonotonicUs: FunctionDescriptor = {
  name: 'posiv:kernel/clock@0.1.0#monotonic-us',
  interface: 'posiv:kernel/clock@0.1.0',
  method: 'monotonicUs',
  paramCount: 0,
  coreParams: [],
  coreResult: 'i64',
  asks: false,
  writeParams() {
  },
  readParams() {
    return [];
  },
  writeResult(w, result) {
    const value = result as number;
    w.u64(value);
  },
  readResult(r) {
    return r.u64();
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const finish = (value: number): bigint => {
      const flat = toU64(value);
      return flat;
    };
    return () => {
      m.checkEntry();
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: number) => finish(late));
      return finish(value as number);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass: () => [],
      take(ret: bigint) {
        const value: number = safe(BigInt.asUintN(64, ret));
        return value;
      },
    };
  },
};

const clockWallMs: FunctionDescriptor = {
  name: 'posiv:kernel/clock@0.1.0#wall-ms',
  interface: 'posiv:kernel/clock@0.1.0',
  method: 'wallMs',
  paramCount: 0,
  coreParams: [],
  coreResult: 'i64',
  asks: false,
  writeParams() {
  },
  readParams() {
    return [];
  },
  writeResult(w, result) {
    const value = result as number;
    w.u64(value);
  },
  readResult(r) {
    return r.u64();
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const finish = (value: number): bigint => {
      const flat = toU64(value);
      return flat;
    };
    return () => {
      m.checkEntry();
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: number) => finish(late));
      return finish(value as number);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass: () => [],
      take(ret: bigint) {
        const value: number = safe(BigInt.asUintN(64, ret));
        return value;
      },
    };
  },
};

const handlersOnRpc: FunctionDescriptor = {
  name: 'posiv:kernel/handlers@0.1.0#on-rpc',
  interface: 'posiv:kernel/handlers@0.1.0',
  method: 'onRpc',
  paramCount: 1,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const request = params[0] as Request;
    writeRequest(w, request);
  },
  readParams(r) {
    const request = readRequest(r);
    return [request];
  },
  writeResult(w, result) {
    const value = result as Outcome;
    writeOutcome(w, value);
  },
  readResult(r) {
    return readOutcome(r);
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Outcome): void => {
      askOutcome(m, value);
    };
    const finish = (at: number, value: Outcome): void => {
      storeOutcome(m, at, value);
    };
    return (p0: number, p1: number, p2: number, p3: number, p4: number, p5: number, p6: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 12, 4);
      const request = {
        token: p0 >>> 0,
        caller: m.text(p1, p2),
        identity: m.text(p3, p4),
        args: m.copy(p5, p6),
      };
      const value = host(request);
      if (value instanceof Promise) return m.waits(value).then((late: Outcome) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Outcome);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const request = params[0] as Request;
        askRequest(m, request);
      },
      pass(_, params) {
        const request = params[0] as Request;
        const p0 = request.token;
        const p1 = m.newText(request.caller);
        const p2 = m.length;
        const p3 = m.newText(request.identity);
        const p4 = m.length;
        const p5 = m.newBytes(request.args);
        const p6 = m.length;
        return [p0, p1, p2, p3, p4, p5, p6];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 12, 4);
        const value: Outcome = loadOutcome(m, at);
        return value;
      },
    };
  },
};

const handlersOnMsg: FunctionDescriptor = {
  name: 'posiv:kernel/handlers@0.1.0#on-msg',
  interface: 'posiv:kernel/handlers@0.1.0',
  method: 'onMsg',
  paramCount: 1,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: undefined,
  asks: false,
  writeParams(w, params) {
    const message = params[0] as Message;
    writeMessage(w, message);
  },
  readParams(r) {
    const message = readMessage(r);
    return [message];
  },
  writeResult() {},
  readResult() {},
  lower(host, abi) {
    const m = guestMemory(abi);
    return (p0: number, p1: number, p2: number, p3: number, p4: number, p5: number) => {
      m.enter();
      const message = { sender: m.text(p0, p1), identity: m.text(p2, p3), body: m.copy(p4, p5) };
      const value = host(message);
      return value instanceof Promise ? m.waits(value) : undefined;
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const message = params[0] as Message;
        askMessage(m, message);
      },
      pass(_, params) {
        const message = params[0] as Message;
        const p0 = m.newText(message.sender);
        const p1 = m.length;
        const p2 = m.newText(message.identity);
        const p3 = m.length;
        const p4 = m.newBytes(message.body);
        const p5 = m.length;
        return [p0, p1, p2, p3, p4, p5];
      },
      take() {},
    };
  },
};

const handlersOnCompletion: FunctionDescriptor = {
  name: 'posiv:kernel/handlers@0.1.0#on-completion',
  interface: 'posiv:kernel/handlers@0.1.0',
  method: 'onCompletion',
  paramCount: 1,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: undefined,
  asks: false,
  writeParams(w, params) {
    const completion = params[0] as Completion;
    writeCompletion(w, completion);
  },
  readParams(r) {
    const completion = readCompletion(r);
    return [completion];
  },
  writeResult() {},
  readResult() {},
  lower(host, abi) {
    const m = guestMemory(abi);
    return (p0: number, p1: number, p2: number, p3: number, p4: number) => {
      m.enter();
      const part5 = p0 >>> 0;
      let choice3: Result<Payload, ErrorCode>;
      const tag4 = m.choice(p1);
      switch (tag4) {
        case 0: {
          choice3 = { ok: true, value: m.copy(p2, p3) };
          break;
        }
        case 1: {
          let choice1: ErrorCode;
          const tag2 = p2 >>> 0;
          switch (tag2) {
            case 0: {
              choice1 = { tag: 'no-such-task' };
              break;
            }
            case 1: {
              choice1 = { tag: 'timeout' };
              break;
            }
            case 2: {
              choice1 = { tag: 'unreachable', val: m.text(p3, p4) };
              break;
            }
            case 3: {
              choice1 = { tag: 'refused', val: m.text(p3, p4) };
              break;
            }
            case 4: {
              choice1 = { tag: 'mailbox-full' };
              break;
            }
            case 5: {
              choice1 = { tag: 'would-deadlock' };
              break;
            }
            case 6: {
              choice1 = { tag: 'handler-failed', val: m.text(p3, p4) };
              break;
            }
            case 7: {
              choice1 = { tag: 'task-died', val: m.text(p3, p4) };
              break;
            }
            case 8: {
              choice1 = { tag: 'quota-exceeded', val: m.text(p3, p4) };
              break;
            }
            case 9: {
              choice1 = { tag: 'other', val: m.text(p3, p4) };
              break;
            }
            default:
              badTag(tag2);
          }
          choice3 = { ok: false, error: choice1 };
          break;
        }
        default:
          badTag(tag4);
      }
      const part6 = choice3;
      const completion = { id: part5, outcome: part6 };
      const value = host(completion);
      return value instanceof Promise ? m.waits(value) : undefined;
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const completion = params[0] as Completion;
        askCompletion(m, completion);
      },
      pass(_, params) {
        const completion = params[0] as Completion;
        const p0 = completion.id;
        let p1 = 0;
        let p2 = 0;
        let p3 = 0;
        let p4 = 0;
        const v1 = completion.outcome;
        if (v1.ok) {
          p1 = 0;
          p2 = m.newBytes(v1.value);
          p3 = m.length;
        } else {
          p1 = 1;
          const v2 = v1.error;
          switch (v2.tag) {
            case 'no-such-task': {
              p2 = 0;
              break;
            }
            case 'timeout': {
              p2 = 1;
              break;
            }
            case 'unreachable': {
              p2 = 2;
              p3 = m.newText(v2.val);
              p4 = m.length;
              break;
            }
            case 'refused': {
              p2 = 3;
              p3 = m.newText(v2.val);
              p4 = m.length;
              break;
            }
            case 'mailbox-full': {
              p2 = 4;
              break;
            }
            case 'would-deadlock': {
              p2 = 5;
              break;
            }
            case 'handler-failed': {
              p2 = 6;
              p3 = m.newText(v2.val);
              p4 = m.length;
              break;
            }
            case 'task-died': {
              p2 = 7;
              p3 = m.newText(v2.val);
              p4 = m.length;
              break;
            }
            case 'quota-exceeded': {
              p2 = 8;
              p3 = m.newText(v2.val);
              p4 = m.length;
              break;
            }
            case 'other': {
              p2 = 9;
              p3 = m.newText(v2.val);
              p4 = m.length;
              break;
            }
            default:
              notOfType('ErrorCode', v2 satisfies never);
          }
        }
        return [p0, p1, p2, p3, p4];
      },
      take() {},
    };
  },
};

const handlersOnNotice: FunctionDescriptor = {
  name: 'posiv:kernel/handlers@0.1.0#on-notice',
  interface: 'posiv:kernel/handlers@0.1.0',
  method: 'onNotice',
  paramCount: 1,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: undefined,
  asks: false,
  writeParams(w, params) {
    const notice = params[0] as Notice;
    writeNotice(w, notice);
  },
  readParams(r) {
    const notice = readNotice(r);
    return [notice];
  },
  writeResult() {},
  readResult() {},
  lower(host, abi) {
    const m = guestMemory(abi);
    return (p0: number, p1: number, p2: number, p3: number, p4: number, p5: number, p6: number) => {
      m.enter();
      const part5 = p0 >>> 0;
      const part6 = m.text(p1, p2);
      let choice3: Change;
      const tag4 = p3 >>> 0;
      switch (tag4) {
        case 0: {
          choice3 = { tag: 'started' };
          break;
        }
        case 1: {
          choice3 = { tag: 'exited', val: p4 >>> 0 };
          break;
        }
        case 2: {
          let choice1: ExitReason;
          const tag2 = p4 >>> 0;
          switch (tag2) {
            case 0: {
              choice1 = { tag: 'exited', val: p5 >>> 0 };
              break;
            }
            case 1: {
              choice1 = { tag: 'failed', val: m.text(p5, p6) };
              break;
            }
            case 2: {
              choice1 = { tag: 'trapped', val: m.text(p5, p6) };
              break;
            }
            case 3: {
              choice1 = { tag: 'killed' };
              break;
            }
            case 4: {
              choice1 = { tag: 'creator-ended' };
              break;
            }
            case 5: {
              choice1 = { tag: 'quota-exceeded', val: m.text(p5, p6) };
              break;
            }
            case 6: {
              choice1 = { tag: 'start-failed', val: m.text(p5, p6) };
              break;
            }
            case 7: {
              choice1 = { tag: 'lane-lost', val: m.text(p5, p6) };
              break;
            }
            case 8: {
              choice1 = { tag: 'node-lost' };
              break;
            }
            default:
              badTag(tag2);
          }
          choice3 = { tag: 'died', val: choice1 };
          break;
        }
        default:
          badTag(tag4);
      }
      const part7 = choice3;
      const notice = { watch: part5, vtid: part6, change: part7 };
      const value = host(notice);
      return value instanceof Promise ? m.waits(value) : undefined;
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const notice = params[0] as Notice;
        askNotice(m, notice);
      },
      pass(_, params) {
        const notice = params[0] as Notice;
        const p0 = notice.watch;
        const p1 = m.newText(notice.vtid);
        const p2 = m.length;
        let p3 = 0;
        let p4 = 0;
        let p5 = 0;
        let p6 = 0;
        const v1 = notice.change;
        switch (v1.tag) {
          case 'started': {
            p3 = 0;
            break;
          }
          case 'exited': {
            p3 = 1;
            p4 = v1.val;
            break;
          }
          case 'died': {
            p3 = 2;
            const v2 = v1.val;
            switch (v2.tag) {
              case 'exited': {
                p4 = 0;
                p5 = v2.val;
                break;
              }
              case 'failed': {
                p4 = 1;
                p5 = m.newText(v2.val);
                p6 = m.length;
                break;
              }
              case 'trapped': {
                p4 = 2;
                p5 = m.newText(v2.val);
                p6 = m.length;
                break;
              }
              case 'killed': {
                p4 = 3;
                break;
              }
              case 'creator-ended': {
                p4 = 4;
                break;
              }
              case 'quota-exceeded': {
                p4 = 5;
                p5 = m.newText(v2.val);
                p6 = m.length;
                break;
              }
              case 'start-failed': {
                p4 = 6;
                p5 = m.newText(v2.val);
                p6 = m.length;
                break;
              }
              case 'lane-lost': {
                p4 = 7;
                p5 = m.newText(v2.val);
                p6 = m.length;
                break;
              }
              case 'node-lost': {
                p4 = 8;
                break;
              }
              default:
                notOfType('ExitReason', v2 satisfies never);
            }
            break;
          }
          default:
            notOfType('Change', v1 satisfies never);
        }
        return [p0, p1, p2, p3, p4, p5, p6];
      },
      take() {},
    };
  },
};

const ipcRegisterRpc: FunctionDescriptor = {
  name: 'posiv:kernel/ipc@0.1.0#register-rpc',
  interface: 'posiv:kernel/ipc@0.1.0',
  method: 'registerRpc',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const identity = params[0] as string;
    w.string(identity);
  },
  readParams(r) {
    const identity = r.string();
    return [identity];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, ErrorCode>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const identity = m.text(p0, p1);
      const value = host(identity);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const identity = params[0] as string;
        m.askText(identity);
      },
      pass(_, params) {
        const identity = params[0] as string;
        const p0 = m.newText(identity);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const ipcRpc: FunctionDescriptor = {
  name: 'posiv:kernel/ipc@0.1.0#rpc',
  interface: 'posiv:kernel/ipc@0.1.0',
  method: 'rpc',
  paramCount: 4,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const vtid = params[0] as Vtid;
    w.string(vtid);
    const identity = params[1] as string;
    w.string(identity);
    const timeoutMs = params[2] as number;
    w.u32(timeoutMs);
    const args = params[3] as Payload;
    w.bytes(args);
  },
  readParams(r) {
    const vtid = r.string();
    const identity = r.string();
    const timeoutMs = r.u32();
    const args = r.bytes();
    return [vtid, identity, timeoutMs, args];
  },
  writeResult(w, result) {
    const value = result as Result<Payload, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      w.bytes(value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.bytes() } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Payload, ErrorCode>): void => {
      if (value.ok) {
        m.askBytes(value.value);
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Payload, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.putBytes(at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, p4: number, p5: number, p6: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const vtid = m.text(p0, p1);
      const identity = m.text(p2, p3);
      const timeoutMs = p4 >>> 0;
      const args = m.copy(p5, p6);
      const value = host(vtid, identity, timeoutMs, args);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Payload, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Payload, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const vtid = params[0] as Vtid;
        m.askText(vtid);
        const identity = params[1] as string;
        m.askText(identity);
        const args = params[3] as Payload;
        m.askBytes(args);
      },
      pass(_, params) {
        const vtid = params[0] as Vtid;
        const p0 = m.newText(vtid);
        const p1 = m.length;
        const identity = params[1] as string;
        const p2 = m.newText(identity);
        const p3 = m.length;
        const timeoutMs = params[2] as number;
        const p4 = timeoutMs;
        const args = params[3] as Payload;
        const p5 = m.newBytes(args);
        const p6 = m.length;
        return [p0, p1, p2, p3, p4, p5, p6];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<Payload, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.copyAt(at + 4) } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const ipcStartRpc: FunctionDescriptor = {
  name: 'posiv:kernel/ipc@0.1.0#start-rpc',
  interface: 'posiv:kernel/ipc@0.1.0',
  method: 'startRpc',
  paramCount: 4,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const vtid = params[0] as Vtid;
    w.string(vtid);
    const identity = params[1] as string;
    w.string(identity);
    const timeoutMs = params[2] as number;
    w.u32(timeoutMs);
    const args = params[3] as Payload;
    w.bytes(args);
  },
  readParams(r) {
    const vtid = r.string();
    const identity = r.string();
    const timeoutMs = r.u32();
    const args = r.bytes();
    return [vtid, identity, timeoutMs, args];
  },
  writeResult(w, result) {
    const value = result as Result<RequestId, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      w.u32(value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.u32() } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<RequestId, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<RequestId, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.view.setUint32(at + 4, value.value, true);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, p4: number, p5: number, p6: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const vtid = m.text(p0, p1);
      const identity = m.text(p2, p3);
      const timeoutMs = p4 >>> 0;
      const args = m.copy(p5, p6);
      const value = host(vtid, identity, timeoutMs, args);
      if (value instanceof Promise) return m.waits(value).then((late: Result<RequestId, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<RequestId, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const vtid = params[0] as Vtid;
        m.askText(vtid);
        const identity = params[1] as string;
        m.askText(identity);
        const args = params[3] as Payload;
        m.askBytes(args);
      },
      pass(_, params) {
        const vtid = params[0] as Vtid;
        const p0 = m.newText(vtid);
        const p1 = m.length;
        const identity = params[1] as string;
        const p2 = m.newText(identity);
        const p3 = m.length;
        const timeoutMs = params[2] as number;
        const p4 = timeoutMs;
        const args = params[3] as Payload;
        const p5 = m.newBytes(args);
        const p6 = m.length;
        return [p0, p1, p2, p3, p4, p5, p6];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<RequestId, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.view.getUint32(at + 4, true) } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const ipcRegisterMsg: FunctionDescriptor = {
  name: 'posiv:kernel/ipc@0.1.0#register-msg',
  interface: 'posiv:kernel/ipc@0.1.0',
  method: 'registerMsg',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const identity = params[0] as string;
    w.string(identity);
  },
  readParams(r) {
    const identity = r.string();
    return [identity];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, ErrorCode>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const identity = m.text(p0, p1);
      const value = host(identity);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const identity = params[0] as string;
        m.askText(identity);
      },
      pass(_, params) {
        const identity = params[0] as string;
        const p0 = m.newText(identity);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const ipcMsg: FunctionDescriptor = {
  name: 'posiv:kernel/ipc@0.1.0#msg',
  interface: 'posiv:kernel/ipc@0.1.0',
  method: 'msg',
  paramCount: 4,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const vtid = params[0] as Vtid;
    w.string(vtid);
    const identity = params[1] as string;
    w.string(identity);
    const body = params[2] as Payload;
    w.bytes(body);
    const timeoutMs = params[3] as number;
    w.u32(timeoutMs);
  },
  readParams(r) {
    const vtid = r.string();
    const identity = r.string();
    const body = r.bytes();
    const timeoutMs = r.u32();
    return [vtid, identity, body, timeoutMs];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, ErrorCode>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, p4: number, p5: number, p6: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const vtid = m.text(p0, p1);
      const identity = m.text(p2, p3);
      const body = m.copy(p4, p5);
      const timeoutMs = p6 >>> 0;
      const value = host(vtid, identity, body, timeoutMs);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const vtid = params[0] as Vtid;
        m.askText(vtid);
        const identity = params[1] as string;
        m.askText(identity);
        const body = params[2] as Payload;
        m.askBytes(body);
      },
      pass(_, params) {
        const vtid = params[0] as Vtid;
        const p0 = m.newText(vtid);
        const p1 = m.length;
        const identity = params[1] as string;
        const p2 = m.newText(identity);
        const p3 = m.length;
        const body = params[2] as Payload;
        const p4 = m.newBytes(body);
        const p5 = m.length;
        const timeoutMs = params[3] as number;
        const p6 = timeoutMs;
        return [p0, p1, p2, p3, p4, p5, p6];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const ipcReceive: FunctionDescriptor = {
  name: 'posiv:kernel/ipc@0.1.0#receive',
  interface: 'posiv:kernel/ipc@0.1.0',
  method: 'receive',
  paramCount: 1,
  coreParams: ['i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const timeoutMs = params[0] as number;
    w.u32(timeoutMs);
  },
  readParams(r) {
    const timeoutMs = r.u32();
    return [timeoutMs];
  },
  writeResult(w, result) {
    const value = result as Result<Event, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      writeEvent(w, value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readEvent(r) } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Event, ErrorCode>): void => {
      if (value.ok) {
        askEvent(m, value.value);
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Event, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeEvent(m, at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 36, 4);
      const timeoutMs = p0 >>> 0;
      const value = host(timeoutMs);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Event, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Event, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass(_, params) {
        const timeoutMs = params[0] as number;
        const p0 = timeoutMs;
        return [p0];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 36, 4);
        const value: Result<Event, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadEvent(m, at + 4) } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const ipcReply: FunctionDescriptor = {
  name: 'posiv:kernel/ipc@0.1.0#reply',
  interface: 'posiv:kernel/ipc@0.1.0',
  method: 'reply',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const token = params[0] as Token;
    w.u32(token);
    const outcome = params[1] as Result<Payload, string>;
    if (outcome.ok) {
      w.u8(0);
      w.bytes(outcome.value);
    } else {
      w.u8(1);
      w.string(outcome.error);
    }
  },
  readParams(r) {
    const token = r.u32();
    const outcome = r.tag(2) === 0 ? { ok: true, value: r.bytes() } : { ok: false, error: r.string() };
    return [token, outcome];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, ErrorCode>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const token = p0 >>> 0;
      const outcome = m.choice(p1) === 0 ? { ok: true, value: m.copy(p2, p3) } : { ok: false, error: m.text(p2, p3) };
      const value = host(token, outcome);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const outcome = params[1] as Result<Payload, string>;
        if (outcome.ok) {
          m.askBytes(outcome.value);
        } else {
          m.askText(outcome.error);
        }
      },
      pass(_, params) {
        const token = params[0] as Token;
        const p0 = token;
        const outcome = params[1] as Result<Payload, string>;
        let p1 = 0;
        let p2 = 0;
        let p3 = 0;
        if (outcome.ok) {
          p1 = 0;
          p2 = m.newBytes(outcome.value);
          p3 = m.length;
        } else {
          p1 = 1;
          p2 = m.newText(outcome.error);
          p3 = m.length;
        }
        return [p0, p1, p2, p3];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const logWrite: FunctionDescriptor = {
  name: 'posiv:kernel/log@0.1.0#write',
  interface: 'posiv:kernel/log@0.1.0',
  method: 'write',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32'],
  coreResult: undefined,
  asks: false,
  writeParams(w, params) {
    const to = params[0] as Channel;
    writeChannel(w, to);
    const text = params[1] as Uint8Array;
    w.bytes(text);
  },
  readParams(r) {
    const to = readChannel(r);
    const text = r.bytes();
    return [to, text];
  },
  writeResult() {},
  readResult() {},
  lower(host, abi) {
    const m = guestMemory(abi);
    return (p0: number, p1: number, p2: number) => {
      m.enter();
      const to = caseOf(CHANNEL_CASES, p0);
      const text = m.copy(p1, p2);
      const value = host(to, text);
      return value instanceof Promise ? m.waits(value) : undefined;
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const text = params[1] as Uint8Array;
        m.askBytes(text);
      },
      pass(_, params) {
        const to = params[0] as Channel;
        const p0 = channelTag(to);
        const text = params[1] as Uint8Array;
        const p1 = m.newBytes(text);
        const p2 = m.length;
        return [p0, p1, p2];
      },
      take() {},
    };
  },
};

const logRead: FunctionDescriptor = {
  name: 'posiv:kernel/log@0.1.0#read',
  interface: 'posiv:kernel/log@0.1.0',
  method: 'read',
  paramCount: 3,
  coreParams: ['i32', 'i32', 'i64', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const vtid = params[0] as Vtid;
    w.string(vtid);
    const number = params[1] as number;
    w.u64(number);
    const timeoutMs = params[2] as number;
    w.u32(timeoutMs);
  },
  readParams(r) {
    const vtid = r.string();
    const number = r.u64();
    const timeoutMs = r.u32();
    return [vtid, number, timeoutMs];
  },
  writeResult(w, result) {
    const value = result as Result<Page, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      writePage(w, value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readPage(r) } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Page, ErrorCode>): void => {
      if (value.ok) {
        askPage(m, value.value);
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Page, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storePage(m, at + 8, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 8, value.error);
      }
    };
    return (p0: number, p1: number, p2: bigint, p3: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 32, 8);
      const vtid = m.text(p0, p1);
      const number = safe(BigInt.asUintN(64, p2));
      const timeoutMs = p3 >>> 0;
      const value = host(vtid, number, timeoutMs);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Page, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Page, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const vtid = params[0] as Vtid;
        m.askText(vtid);
      },
      pass(_, params) {
        const vtid = params[0] as Vtid;
        const p0 = m.newText(vtid);
        const p1 = m.length;
        const number = params[1] as number;
        const p2 = toU64(number);
        const timeoutMs = params[2] as number;
        const p3 = timeoutMs;
        return [p0, p1, p2, p3];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 32, 8);
        const value: Result<Page, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadPage(m, at + 8) } : { ok: false, error: loadErrorCode(m, at + 8) };
        return value;
      },
    };
  },
};

const monitorOnStart: FunctionDescriptor = {
  name: 'posiv:kernel/monitor@0.1.0#on-start',
  interface: 'posiv:kernel/monitor@0.1.0',
  method: 'onStart',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const vtid = params[0] as Vtid;
    w.string(vtid);
  },
  readParams(r) {
    const vtid = r.string();
    return [vtid];
  },
  writeResult(w, result) {
    const value = result as Result<WatchId, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      w.u32(value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.u32() } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<WatchId, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<WatchId, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.view.setUint32(at + 4, value.value, true);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const vtid = m.text(p0, p1);
      const value = host(vtid);
      if (value instanceof Promise) return m.waits(value).then((late: Result<WatchId, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<WatchId, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const vtid = params[0] as Vtid;
        m.askText(vtid);
      },
      pass(_, params) {
        const vtid = params[0] as Vtid;
        const p0 = m.newText(vtid);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<WatchId, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.view.getUint32(at + 4, true) } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const monitorOnExit: FunctionDescriptor = {
  name: 'posiv:kernel/monitor@0.1.0#on-exit',
  interface: 'posiv:kernel/monitor@0.1.0',
  method: 'onExit',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const vtid = params[0] as Vtid;
    w.string(vtid);
  },
  readParams(r) {
    const vtid = r.string();
    return [vtid];
  },
  writeResult(w, result) {
    const value = result as Result<WatchId, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      w.u32(value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.u32() } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<WatchId, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<WatchId, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.view.setUint32(at + 4, value.value, true);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const vtid = m.text(p0, p1);
      const value = host(vtid);
      if (value instanceof Promise) return m.waits(value).then((late: Result<WatchId, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<WatchId, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const vtid = params[0] as Vtid;
        m.askText(vtid);
      },
      pass(_, params) {
        const vtid = params[0] as Vtid;
        const p0 = m.newText(vtid);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<WatchId, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.view.getUint32(at + 4, true) } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const monitorOnDie: FunctionDescriptor = {
  name: 'posiv:kernel/monitor@0.1.0#on-die',
  interface: 'posiv:kernel/monitor@0.1.0',
  method: 'onDie',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const vtid = params[0] as Vtid;
    w.string(vtid);
  },
  readParams(r) {
    const vtid = r.string();
    return [vtid];
  },
  writeResult(w, result) {
    const value = result as Result<WatchId, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      w.u32(value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.u32() } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<WatchId, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<WatchId, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.view.setUint32(at + 4, value.value, true);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const vtid = m.text(p0, p1);
      const value = host(vtid);
      if (value instanceof Promise) return m.waits(value).then((late: Result<WatchId, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<WatchId, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const vtid = params[0] as Vtid;
        m.askText(vtid);
      },
      pass(_, params) {
        const vtid = params[0] as Vtid;
        const p0 = m.newText(vtid);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<WatchId, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.view.getUint32(at + 4, true) } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const monitorUnwatch: FunctionDescriptor = {
  name: 'posiv:kernel/monitor@0.1.0#unwatch',
  interface: 'posiv:kernel/monitor@0.1.0',
  method: 'unwatch',
  paramCount: 1,
  coreParams: ['i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const watch = params[0] as WatchId;
    w.u32(watch);
  },
  readParams(r) {
    const watch = r.u32();
    return [watch];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, ErrorCode>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const watch = p0 >>> 0;
      const value = host(watch);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass(_, params) {
        const watch = params[0] as WatchId;
        const p0 = watch;
        return [p0];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const programRun: FunctionDescriptor = {
  name: 'posiv:kernel/program@0.1.0#run',
  interface: 'posiv:kernel/program@0.1.0',
  method: 'run',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const cmd = params[0] as readonly string[];
    w.count(cmd.length);
    for (const item1 of cmd) {
      w.string(item1);
    }
  },
  readParams(r) {
    const count2 = r.count(1);
    const items1: string[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.string());
    }
    const cmd = items1;
    return [cmd];
  },
  writeResult(w, result) {
    const value = result as Result<number, string>;
    if (value.ok) {
      w.u8(0);
      w.u32(value.value);
    } else {
      w.u8(1);
      w.string(value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.u32() } : { ok: false, error: r.string() };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<number, string>): void => {
      if (!value.ok) {
        m.askText(value.error);
      }
    };
    const finish = (at: number, value: Result<number, string>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.view.setUint32(at + 4, value.value, true);
      } else {
        m.view.setUint8(at, 1);
        m.putText(at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 12, 4);
      const items1: string[] = [];
      const count2 = p1 >>> 0;
      let at3 = m.items(p0, count2, 8, 4);
      for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
        items1.push(m.textAt(at3));
      }
      const cmd = items1;
      const value = host(cmd);
      if (value instanceof Promise) return m.waits(value).then((late: Result<number, string>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<number, string>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const cmd = params[0] as readonly string[];
        m.ask(cmd.length * 8, 4);
        for (const item1 of cmd) {
          m.askText(item1);
        }
      },
      pass(_, params) {
        const cmd = params[0] as readonly string[];
        const pointer2 = m.allocate(cmd.length * 8, 4);
        let at3 = pointer2;
        for (const item4 of cmd) {
          m.putText(at3, item4);
          at3 += 8;
        }
        const p0 = pointer2;
        const p1 = cmd.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 12, 4);
        const value: Result<number, string> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.view.getUint32(at + 4, true) } : { ok: false, error: m.textAt(at + 4) };
        return value;
      },
    };
  },
};

const vtaskNew: FunctionDescriptor = {
  name: 'posiv:kernel/vtask@0.1.0#new',
  interface: 'posiv:kernel/vtask@0.1.0',
  method: 'new',
  paramCount: 4,
  coreParams: ['i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const name = params[0] as string | undefined;
    if (name === undefined) {
      w.u8(0);
    } else {
      w.u8(1);
      w.string(name);
    }
    const path = params[1] as string;
    w.string(path);
    const cmd = params[2] as readonly string[];
    w.count(cmd.length);
    for (const item1 of cmd) {
      w.string(item1);
    }
    const options = params[3] as Options | undefined;
    if (options === undefined) {
      w.u8(0);
    } else {
      w.u8(1);
      writeOptions(w, options);
    }
  },
  readParams(r) {
    const name = r.tag(2) === 0 ? undefined : r.string();
    const path = r.string();
    const count2 = r.count(1);
    const items1: string[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.string());
    }
    const cmd = items1;
    const options = r.tag(2) === 0 ? undefined : readOptions(r);
    return [name, path, cmd, options];
  },
  writeResult(w, result) {
    const value = result as Result<Vtid, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      w.string(value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.string() } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Vtid, ErrorCode>): void => {
      if (value.ok) {
        m.askText(value.value);
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Vtid, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.putText(at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const from = m.at(p0, 144, 8);
      const name = m.choice(m.view.getUint8(from)) === 0 ? undefined : m.textAt(from + 4);
      const path = m.textAt(from + 12);
      const items1: string[] = [];
      const count2 = m.view.getUint32(from + 24, true);
      let at3 = m.items(m.view.getUint32(from + 20, true), count2, 8, 4);
      for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
        items1.push(m.textAt(at3));
      }
      const cmd = items1;
      const options = m.choice(m.view.getUint8(from + 32)) === 0 ? undefined : loadOptions(m, from + 40);
      const value = host(name, path, cmd, options);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Vtid, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Vtid, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        m.ask(144, 8);
        const name = params[0] as string | undefined;
        if (name !== undefined) {
          m.askText(name);
        }
        const path = params[1] as string;
        m.askText(path);
        const cmd = params[2] as readonly string[];
        m.ask(cmd.length * 8, 4);
        for (const item1 of cmd) {
          m.askText(item1);
        }
        const options = params[3] as Options | undefined;
        if (options !== undefined) {
          askOptions(m, options);
        }
      },
      pass(_, params) {
        const to = m.allocate(144, 8);
        const name = params[0] as string | undefined;
        if (name === undefined) {
          m.view.setUint8(to, 0);
        } else {
          m.view.setUint8(to, 1);
          m.putText(to + 4, name);
        }
        const path = params[1] as string;
        m.putText(to + 12, path);
        const cmd = params[2] as readonly string[];
        const pointer2 = m.allocate(cmd.length * 8, 4);
        let at3 = pointer2;
        for (const item4 of cmd) {
          m.putText(at3, item4);
          at3 += 8;
        }
        m.view.setUint32(to + 20, pointer2, true);
        m.view.setUint32(to + 24, cmd.length, true);
        const options = params[3] as Options | undefined;
        if (options === undefined) {
          m.view.setUint8(to + 32, 0);
        } else {
          m.view.setUint8(to + 32, 1);
          storeOptions(m, to + 40, options);
        }
        return [to];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<Vtid, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.textAt(at + 4) } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const vtaskSched: FunctionDescriptor = {
  name: 'posiv:kernel/vtask@0.1.0#sched',
  interface: 'posiv:kernel/vtask@0.1.0',
  method: 'sched',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const vtid = params[0] as Vtid;
    w.string(vtid);
  },
  readParams(r) {
    const vtid = r.string();
    return [vtid];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, ErrorCode>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const vtid = m.text(p0, p1);
      const value = host(vtid);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const vtid = params[0] as Vtid;
        m.askText(vtid);
      },
      pass(_, params) {
        const vtid = params[0] as Vtid;
        const p0 = m.newText(vtid);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const vtaskKill: FunctionDescriptor = {
  name: 'posiv:kernel/vtask@0.1.0#kill',
  interface: 'posiv:kernel/vtask@0.1.0',
  method: 'kill',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const vtid = params[0] as Vtid;
    w.string(vtid);
  },
  readParams(r) {
    const vtid = r.string();
    return [vtid];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, ErrorCode>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const vtid = m.text(p0, p1);
      const value = host(vtid);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const vtid = params[0] as Vtid;
        m.askText(vtid);
      },
      pass(_, params) {
        const vtid = params[0] as Vtid;
        const p0 = m.newText(vtid);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const vtaskAdjust: FunctionDescriptor = {
  name: 'posiv:kernel/vtask@0.1.0#adjust',
  interface: 'posiv:kernel/vtask@0.1.0',
  method: 'adjust',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i64'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const vtid = params[0] as Vtid;
    w.string(vtid);
    const quota = params[1] as Quota;
    writeQuota(w, quota);
  },
  readParams(r) {
    const vtid = r.string();
    const quota = readQuota(r);
    return [vtid, quota];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, ErrorCode>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, p4: number, p5: number, p6: number, p7: number, p8: number, p9: number, p10: number, p11: number, p12: bigint, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const vtid = m.text(p0, p1);
      const quota = {
        memoryPages: p2 >>> 0,
        tableElements: p3 >>> 0,
        cpuWeight: p4 >>> 0,
        cpuRate: p5 >>> 0,
        mailboxBytes: p6 >>> 0,
        messageRate: p7 >>> 0,
        logRate: p8 >>> 0,
        watches: p9 >>> 0,
        requests: p10 >>> 0,
        lifeMs: p11 >>> 0,
        scratchBytes: safe(BigInt.asUintN(64, p12)),
      };
      const value = host(vtid, quota);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const vtid = params[0] as Vtid;
        m.askText(vtid);
      },
      pass(_, params) {
        const vtid = params[0] as Vtid;
        const p0 = m.newText(vtid);
        const p1 = m.length;
        const quota = params[1] as Quota;
        const p2 = quota.memoryPages;
        const p3 = quota.tableElements;
        const p4 = quota.cpuWeight;
        const p5 = quota.cpuRate;
        const p6 = quota.mailboxBytes;
        const p7 = quota.messageRate;
        const p8 = quota.logRate;
        const p9 = quota.watches;
        const p10 = quota.requests;
        const p11 = quota.lifeMs;
        const p12 = toU64(quota.scratchBytes);
        return [p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const vtaskSelf: FunctionDescriptor = {
  name: 'posiv:kernel/vtask@0.1.0#self',
  interface: 'posiv:kernel/vtask@0.1.0',
  method: 'self',
  paramCount: 0,
  coreParams: [],
  coreResult: 'i32',
  asks: true,
  writeParams() {
  },
  readParams() {
    return [];
  },
  writeResult(w, result) {
    const value = result as Vtid;
    w.string(value);
  },
  readResult(r) {
    return r.string();
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Vtid): void => {
      m.askText(value);
    };
    const finish = (at: number, value: Vtid): void => {
      m.putText(at, value);
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Vtid) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Vtid);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass: () => [],
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 8, 4);
        const value: Vtid = m.textAt(at);
        return value;
      },
    };
  },
};

const vtaskExit: FunctionDescriptor = {
  name: 'posiv:kernel/vtask@0.1.0#exit',
  interface: 'posiv:kernel/vtask@0.1.0',
  method: 'exit',
  paramCount: 1,
  coreParams: ['i32'],
  coreResult: undefined,
  asks: false,
  writeParams(w, params) {
    const status = params[0] as number;
    w.u32(status);
  },
  readParams(r) {
    const status = r.u32();
    return [status];
  },
  writeResult() {},
  readResult() {},
  lower(host, abi) {
    const m = guestMemory(abi);
    return (p0: number) => {
      m.checkEntry();
      const status = p0 >>> 0;
      const value = host(status);
      return value instanceof Promise ? m.waits(value) : undefined;
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass(_, params) {
        const status = params[0] as number;
        const p0 = status;
        return [p0];
      },
      take() {},
    };
  },
};

const vtaskInfo: FunctionDescriptor = {
  name: 'posiv:kernel/vtask@0.1.0#info',
  interface: 'posiv:kernel/vtask@0.1.0',
  method: 'info',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const vtid = params[0] as Vtid;
    w.string(vtid);
  },
  readParams(r) {
    const vtid = r.string();
    return [vtid];
  },
  writeResult(w, result) {
    const value = result as Result<Info, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      writeInfo(w, value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readInfo(r) } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Info, ErrorCode>): void => {
      if (value.ok) {
        askInfo(m, value.value);
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Info, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeInfo(m, at + 8, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 8, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 192, 8);
      const vtid = m.text(p0, p1);
      const value = host(vtid);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Info, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Info, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const vtid = params[0] as Vtid;
        m.askText(vtid);
      },
      pass(_, params) {
        const vtid = params[0] as Vtid;
        const p0 = m.newText(vtid);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 192, 8);
        const value: Result<Info, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadInfo(m, at + 8) } : { ok: false, error: loadErrorCode(m, at + 8) };
        return value;
      },
    };
  },
};

const vtaskFind: FunctionDescriptor = {
  name: 'posiv:kernel/vtask@0.1.0#find',
  interface: 'posiv:kernel/vtask@0.1.0',
  method: 'find',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const name = params[0] as string;
    w.string(name);
  },
  readParams(r) {
    const name = r.string();
    return [name];
  },
  writeResult(w, result) {
    const value = result as Result<Vtid, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      w.string(value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.string() } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Vtid, ErrorCode>): void => {
      if (value.ok) {
        m.askText(value.value);
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Vtid, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.putText(at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const name = m.text(p0, p1);
      const value = host(name);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Vtid, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Vtid, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const name = params[0] as string;
        m.askText(name);
      },
      pass(_, params) {
        const name = params[0] as string;
        const p0 = m.newText(name);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<Vtid, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.textAt(at + 4) } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const vtaskList: FunctionDescriptor = {
  name: 'posiv:kernel/vtask@0.1.0#list',
  interface: 'posiv:kernel/vtask@0.1.0',
  method: 'list',
  paramCount: 1,
  coreParams: ['i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const node = params[0] as string | undefined;
    if (node === undefined) {
      w.u8(0);
    } else {
      w.u8(1);
      w.string(node);
    }
  },
  readParams(r) {
    const node = r.tag(2) === 0 ? undefined : r.string();
    return [node];
  },
  writeResult(w, result) {
    const value = result as Result<readonly Info[], ErrorCode>;
    if (value.ok) {
      w.u8(0);
      w.count(value.value.length);
      for (const item1 of value.value) {
        writeInfo(w, item1);
      }
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    let choice4: Result<readonly Info[], ErrorCode>;
    const tag5 = r.tag(2);
    switch (tag5) {
      case 0: {
        const count2 = r.count(26);
        const items1: Info[] = [];
        for (let index3 = 0; index3 < count2; index3++) {
          items1.push(readInfo(r));
        }
        choice4 = { ok: true, value: items1 };
        break;
      }
      case 1: {
        choice4 = { ok: false, error: readErrorCode(r) };
        break;
      }
      default:
        unknownCase('a variant', tag5);
    }
    return choice4;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<readonly Info[], ErrorCode>): void => {
      if (value.ok) {
        m.ask(value.value.length * 184, 8);
        for (const item1 of value.value) {
          askInfo(m, item1);
        }
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<readonly Info[], ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        const pointer2 = m.allocate(value.value.length * 184, 8);
        let at3 = pointer2;
        for (const item4 of value.value) {
          storeInfo(m, at3, item4);
          at3 += 184;
        }
        m.view.setUint32(at + 4, pointer2, true);
        m.view.setUint32(at + 8, value.value.length, true);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const node = m.choice(p0) === 0 ? undefined : m.text(p1, p2);
      const value = host(node);
      if (value instanceof Promise) return m.waits(value).then((late: Result<readonly Info[], ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<readonly Info[], ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const node = params[0] as string | undefined;
        if (node !== undefined) {
          m.askText(node);
        }
      },
      pass(_, params) {
        const node = params[0] as string | undefined;
        let p0 = 0;
        let p1 = 0;
        let p2 = 0;
        if (node === undefined) {
          p0 = 0;
        } else {
          p0 = 1;
          p1 = m.newText(node);
          p2 = m.length;
        }
        return [p0, p1, p2];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        let choice5: Result<readonly Info[], ErrorCode>;
        const tag6 = m.choice(m.view.getUint8(at));
        switch (tag6) {
          case 0: {
            const items1: Info[] = [];
            const count2 = m.view.getUint32(at + 8, true);
            let at3 = m.items(m.view.getUint32(at + 4, true), count2, 184, 8);
            for (const end4 = at3 + count2 * 184; at3 < end4; at3 += 184) {
              items1.push(loadInfo(m, at3));
            }
            choice5 = { ok: true, value: items1 };
            break;
          }
          case 1: {
            choice5 = { ok: false, error: loadErrorCode(m, at + 4) };
            break;
          }
          default:
            badTag(tag6);
        }
        const value: Result<readonly Info[], ErrorCode> = choice5;
        return value;
      },
    };
  },
};

export const FUNCTIONS: readonly FunctionDescriptor[] = [
  clockMonotonicUs,
  clockWallMs,
  handlersOnRpc,
  handlersOnMsg,
  handlersOnCompletion,
  handlersOnNotice,
  ipcRegisterRpc,
  ipcRpc,
  ipcStartRpc,
  ipcRegisterMsg,
  ipcMsg,
  ipcReceive,
  ipcReply,
  logWrite,
  logRead,
  monitorOnStart,
  monitorOnExit,
  monitorOnDie,
  monitorUnwatch,
  programRun,
  vtaskNew,
  vtaskSched,
  vtaskKill,
  vtaskAdjust,
  vtaskSelf,
  vtaskExit,
  vtaskInfo,
  vtaskFind,
  vtaskList,
];
