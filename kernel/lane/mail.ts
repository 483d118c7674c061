import type { Event } from '#posiv-wit/generated/kernel.ts';
import type { MessageFrame, RequestFrame } from '#posiv-wit/generated/wire.ts';

/** What waits for a vTask. */
export interface Mail {
  readonly event: Event;
  /** Of whom it comes, or tells: the order of what comes of one is kept. */
  readonly sender: string;
  /** Bytes that it takes there. Completions and notices take none: they are bounded by what the vTask asked for. */
  readonly size: number;
  /** Who gets the answer: the sender of a message or the caller of a request; undefined where nobody waits for one. */
  readonly from: Return | undefined;
  /** The vTasks that wait for the answer to a request. */
  readonly chain: readonly string[];
  /** By the lane's monotonic clock; a request that nobody waits for any more is not handled. */
  readonly deadline: number;
}

/** Where an answer goes. */
export interface Return {
  readonly vtid: string;
  readonly id: number;
}

// A message without a byte in it costs memory too.
const OVERHEAD_BYTES = 64;

/** The bytes that a payload of so many takes in a mailbox. */
export function mailSize(identity: string, bytes: number): number {
  return OVERHEAD_BYTES + identity.length + bytes;
}

// A vtid in a list of those who wait for an answer.
const WAITING_BYTES = 64;

/** What the list of those who wait for the answer to a request takes there: nothing for one who asks for itself alone. */
export function chainSize(waiting: number): number {
  return WAITING_BYTES * Math.max(0, waiting - 1);
}

const NOBODY: readonly string[] = [];
const NEVER = Number.POSITIVE_INFINITY;

export function mailOfRequest(frame: RequestFrame, now: number): Mail {
  const { caller, id, identity, args, chain, remainingMs } = frame;
  const event: Event = { tag: 'request', val: { token: 0, caller, identity, args } };
  const size = mailSize(identity, args.byteLength) + chainSize(chain.length);
  return {
    event,
    sender: caller,
    size,
    from: { vtid: caller, id },
    chain,
    deadline: now + remainingMs,
  };
}

export function mailOfMessage(frame: MessageFrame, now: number): Mail {
  const { sender, id, identity, body, remainingMs } = frame;
  const { event, size } = unanswered(sender, identity, body);
  return {
    event,
    sender,
    size,
    from: { vtid: sender, id },
    chain: NOBODY,
    deadline: now + remainingMs,
  };
}

/** A message whose sender waits for nothing. */
export function unanswered(sender: string, identity: string, body: Uint8Array): Mail {
  const event: Event = { tag: 'message', val: { sender, identity, body } };
  const size = mailSize(identity, body.byteLength);
  return { event, sender, size, from: undefined, chain: NOBODY, deadline: NEVER };
}

/** A completion of what was asked of `sender`, or a notice of what became of it. */
export function mailOfEvent(event: Event, sender: string): Mail {
  return { event, sender, size: 0, from: undefined, chain: NOBODY, deadline: NEVER };
}
