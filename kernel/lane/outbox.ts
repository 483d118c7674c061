import type { Clock } from '#kernel/clock.ts';
import { Slots } from '#kernel/slots.ts';
import type { Timer, Timers } from '#kernel/lane/timers.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { err, type Result } from '#posiv-wit/result.ts';

export type Outcome = Result<Uint8Array, ErrorCode>;

/** The timeout that stands for none. */
const NO_LIMIT_MS = 0xffff_ffff;

export type Sendable = Extract<Frame, { tag: 'request' | 'message' }>;

interface Sent {
  /** Kept until the end, to be sent again when room is kept for it. */
  readonly frame: Sendable;
  deadline: number;
  readonly done: (outcome: Outcome, id: number) => void;
  timer: Timer | undefined;
  /** Where there was no room for it: it is parked, or room is kept until it is there or withdrawn. */
  place: 'parked' | 'kept' | undefined;
}

export interface OutboxComponents {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Sends a frame on its way to its target. */
  readonly route: (frame: Frame) => void;
}

/** The requests and messages that one vTask has out, each with its deadline. Every one of them ends exactly once. */
export class Outbox {
  readonly #vtid: string;
  readonly #components: OutboxComponents;
  readonly #sent = new Slots<Sent>();

  constructor(vtid: string, components: OutboxComponents) {
    this.#vtid = vtid;
    this.#components = components;
  }

  get size(): number {
    return this.#sent.size;
  }

  /** An id that nothing has that is out. */
  nextId(): number {
    return this.#sent.nextId();
  }

  /** Sends a frame, and calls `done` with its end: at once, it may be. */
  send(frame: Sendable, done: (outcome: Outcome, id: number) => void): void {
    const { clock, timers, route } = this.#components;
    const { id, remainingMs } = frame.val;
    const sent: Sent = { frame, deadline: Infinity, done, timer: undefined, place: undefined };
    this.#sent.set(id, sent);
    route(frame);
    if (remainingMs >= NO_LIMIT_MS || this.#sent.get(id) !== sent) return;
    sent.deadline = clock.now() + remainingMs;
    sent.timer = timers.at(sent.deadline, () => this.#expire(id));
  }

  /** Whether this is out, to that target. */
  isTo(id: number, target: string): boolean {
    return this.#sent.get(id)?.frame.val.target === target;
  }

  /** An answer has come. One that nobody waits for any more is dropped. */
  answered(id: number, outcome: Outcome): void {
    const sent = this.#sent.get(id);
    if (!sent) return;
    this.#forget(sent);
    // It may never have left its node.
    if (sent.place === 'kept' && !outcome.ok && outcome.error.tag === 'unreachable')
      this.#withdraw(sent);
    sent.done(outcome, id);
  }

  /** The target has no room yet. */
  parked(id: number): void {
    const sent = this.#sent.get(id);
    if (sent) sent.place = 'parked';
  }

  /** The target keeps room: sends again. */
  room(id: number): void {
    const sent = this.#sent.get(id);
    if (!sent) return;
    sent.place = 'kept';
    const { clock, route } = this.#components;
    const remaining = Math.ceil(sent.deadline - clock.now());
    route(withRemaining(sent.frame, Math.max(0, Math.min(remaining, NO_LIMIT_MS))));
  }

  /** Fails what is out to these. */
  lost(others: (vtid: string) => boolean, error: ErrorCode): void {
    for (const { frame } of this.#sent.values())
      if (others(frame.val.target)) this.answered(frame.val.id, err(error));
  }

  /** Takes everything back, for a vTask that has ended; nothing is told to it any more. */
  close(): void {
    for (const sent of this.#sent.values()) {
      this.#forget(sent);
      this.#withdraw(sent);
    }
  }

  #expire(id: number): void {
    const sent = this.#sent.get(id);
    if (!sent) return;
    this.#withdraw(sent);
    this.answered(id, err(sent.place === 'parked' ? { tag: 'mailbox-full' } : { tag: 'timeout' }));
  }

  #forget({ frame, timer }: Sent): void {
    this.#sent.take(frame.val.id);
    if (timer) this.#components.timers.cancel(timer);
  }

  #withdraw({ frame }: Sent): void {
    const { target, id } = frame.val;
    this.#components.route({ tag: 'withdraw', val: { caller: this.#vtid, target, id } });
  }
}

function withRemaining(frame: Sendable, remainingMs: number): Sendable {
  return frame.tag === 'request'
    ? { tag: 'request', val: { ...frame.val, remainingMs } }
    : { tag: 'message', val: { ...frame.val, remainingMs } };
}
