import { KeptFrames } from '#kernel/ipc/kept-frames.ts';
import { isPassing, isUnanswered, type NodeFrame } from '#kernel/ipc/passing.ts';
import type { ResumeFrame } from '#posiv-wit/generated/wire.ts';

// Far below what is kept for a peer at most, and enough that it costs nothing.
const TELL_EVERY_BYTES = 16 << 10;

/** Whether a frame between nodes is one that nobody answers, and that must arrive though the connection is lost. */
export function isOneWay(frame: NodeFrame): boolean {
  return isPassing(frame) ? isUnanswered(frame) : frame.tag === 'release';
}

export interface OneWayOutInit {
  /** Of this node. */
  readonly life: number;
  /** Sends a frame; false if there is no connection. */
  readonly send: (frame: Uint8Array) => boolean;
  /** Sends a `resume` on the same terms. */
  readonly resume: (frame: ResumeFrame) => boolean;
}

/**
 * What this node sends to one other that nobody answers. It is kept until the other has said that it has it, and sent again on
 * the next connection, before anything else.
 */
export class OneWayOut {
  readonly #init: OneWayOutInit;
  readonly #kept = new KeptFrames();
  /** All that is kept has been sent on the present connection. */
  #inStep = false;
  /** The number of the last that was sent at all. */
  #sent = 0;
  #sentAgain = 0;

  constructor(init: OneWayOutInit) {
    this.#init = init;
  }

  /** Bytes of memory that are held for what the other may not have. */
  get bytes(): number {
    return this.#kept.bytes;
  }

  /** How often a frame was sent that had been sent on an earlier connection. */
  get sentAgain(): number {
    return this.#sentAgain;
  }

  send(frame: Uint8Array): void {
    this.#kept.add(frame);
    if (!this.#inStep) {
      this.catchUp();
      return;
    }
    this.#inStep = this.#init.send(frame);
    if (this.#inStep) this.#sent = this.#kept.last;
  }

  /** Sends what is still to be sent; false while it cannot: nothing else may go before it. */
  catchUp(): boolean {
    if (this.#inStep || this.#kept.isEmpty) return true;
    const { life, resume, send } = this.#init;
    if (!resume({ life, first: this.#kept.first })) return false;
    let number = this.#kept.first;
    for (const frame of this.#kept) {
      if (!send(frame)) return false;
      if (number > this.#sent) this.#sent = number;
      else this.#sentAgain += 1;
      number += 1;
    }
    this.#inStep = true;
    return true;
  }

  /** The connection is lost, and what was under way on it. */
  down(): void {
    this.#inStep = false;
  }

  taken(number: number): void {
    this.#kept.taken(number);
  }

  /** The other node's life is over: there is nobody left to have it. */
  lost(): void {
    this.#kept.clear();
    this.#inStep = false;
  }
}

/** What comes from one other node that nobody answers: each of it counts once. */
export class OneWayIn {
  readonly #tell: (taken: number) => void;
  #life = 0;
  /** All up to this number have been taken. */
  #taken = 0;
  /** The number of the one that comes next. */
  #next = 1;
  #untold = 0;

  /** @param tell tells the other node that all up to a number have been taken */
  constructor(tell: (taken: number) => void) {
    this.#tell = tell;
  }

  resume({ life, first }: ResumeFrame): void {
    if (life !== this.#life) {
      this.#life = life;
      this.#taken = first - 1;
    }
    this.#next = first;
  }

  /** One has come: false for one that was taken before. */
  takes(bytes: number): boolean {
    const isNew = this.#next > this.#taken;
    if (isNew) this.#taken = this.#next;
    this.#next += 1;
    this.#untold += bytes;
    if (this.#untold >= TELL_EVERY_BYTES) {
      this.#untold = 0;
      this.#tell(this.#taken);
    }
    return isNew;
  }
}
