import type { Clock } from '#kernel/clock.ts';
import type { TimerWheel } from '#kernel/lane/timer-wheel.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { err, type Result } from '#posiv-wit/result.ts';

export type Outcome = Result<Uint8Array, ErrorCode>;

/** The timeout that stands for none. */
const NO_LIMIT_MS = 0xffff_ffff;

interface Sent {
  readonly id: number;
  readonly target: string;
  /** Kept until the end, to be sent again when room is kept for it. */
  readonly frame: (remainingMs: number) => Frame;
  readonly deadline: number;
  readonly done: (outcome: Outcome) => void;
  readonly cancelTimer: (() => void) | undefined;
  parked: boolean;
}

export interface OutboxComponents {
  readonly clock: Clock;
  readonly timers: TimerWheel;
  /** Sends a frame on its way to its target. */
  readonly route: (frame: Frame) => void;
}

/** The requests and messages that one vTask has out, each with its deadline. Every one of them ends exactly once. */
export class Outbox {
  readonly #vtid: string;
  readonly #components: OutboxComponents;
  readonly #sent = new Map<number, Sent>();
  #lastId = 0;

  constructor(vtid: string, components: OutboxComponents) {
    this.#vtid = vtid;
    this.#components = components;
  }

  get size(): number {
    return this.#sent.size;
  }

  /** Sends what `frame` makes of an id and the time that remains, and calls `done` with its end. Returns the id. */
  send(
    target: string,
    timeoutMs: number,
    frame: (id: number, remainingMs: number) => Frame,
    done: (outcome: Outcome, id: number) => void,
  ): number {
    const { clock, timers, route } = this.#components;
    const id = this.#nextId();
    const limited = timeoutMs < NO_LIMIT_MS;
    this.#sent.set(id, {
      id,
      target,
      frame: (remainingMs) => frame(id, remainingMs),
      deadline: limited ? clock.now() + timeoutMs : Number.POSITIVE_INFINITY,
      done: (outcome) => done(outcome, id),
      cancelTimer: limited ? timers.after(timeoutMs, () => this.#expire(id)) : undefined,
      parked: false,
    });
    route(frame(id, timeoutMs));
    return id;
  }

  /** Whether this is out, to that target. */
  isTo(id: number, target: string): boolean {
    return this.#sent.get(id)?.target === target;
  }

  /** An answer has come. One that nobody waits for any more is dropped. */
  answered(id: number, outcome: Outcome): void {
    const sent = this.#sent.get(id);
    if (!sent) return;
    this.#sent.delete(id);
    sent.cancelTimer?.();
    sent.done(outcome);
  }

  /** The target has no room yet. */
  parked(id: number): void {
    const sent = this.#sent.get(id);
    if (sent) sent.parked = true;
  }

  /** The target keeps room: sends again. */
  room(id: number): void {
    const sent = this.#sent.get(id);
    if (!sent) return;
    sent.parked = false;
    const remaining = Math.ceil(sent.deadline - this.#components.clock.now());
    this.#components.route(sent.frame(Math.max(0, Math.min(remaining, NO_LIMIT_MS))));
  }

  /** Fails what is out to these. */
  lost(others: (vtid: string) => boolean, error: ErrorCode): void {
    for (const { id, target } of this.#sent.values())
      if (others(target)) this.answered(id, err(error));
  }

  /** Takes everything back, for a vTask that has ended; nothing is told to it any more. */
  close(): void {
    for (const sent of this.#sent.values()) {
      sent.cancelTimer?.();
      this.#withdraw(sent);
    }
    this.#sent.clear();
  }

  #expire(id: number): void {
    const sent = this.#sent.get(id);
    if (!sent) return;
    this.#withdraw(sent);
    this.answered(id, err(sent.parked ? { tag: 'mailbox-full' } : { tag: 'timeout' }));
  }

  #withdraw({ target, id }: Sent): void {
    this.#components.route({ tag: 'withdraw', val: { caller: this.#vtid, target, id } });
  }

  #nextId(): number {
    do this.#lastId = (this.#lastId + 1) >>> 0;
    while (this.#lastId === 0 || this.#sent.has(this.#lastId));
    return this.#lastId;
  }
}
