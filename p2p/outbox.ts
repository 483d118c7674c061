import { FRAME_HEADER_BYTES } from './frame-decoder.ts';

const FIRST_BUFFER_BYTES = 4 * 1024;
const SMALL_BYTES = 1_024; // up to this what is left of the buffer takes the next frames: a buffer for each send would cost more than the send
const NOTHING = new Uint8Array(0);
const MAX_KEPT_BYTES = 256 * 1024; // the buffer for the next tick is as large as the last one's need, up to this

/** Runs something at the end of the present turn of the event loop. */
export type Tick = (run: () => void) => void;

/**
 * Gathers the frames of one turn of the event loop and gives them to the connection in one send: eight times the rate
 * of a send for each under noise (notes on libp2p). The bytes of a frame are copied at `push`.
 */
export class Outbox {
  readonly #tick: Tick;
  readonly #send: (bytes: Uint8Array) => void;
  /** Where nothing is written that was sent. */
  #buffer = NOTHING;
  #used = 0;
  #nextSize = FIRST_BUFFER_BYTES;
  #scheduled = false;

  constructor(tick: Tick, send: (bytes: Uint8Array) => void) {
    this.#tick = tick;
    this.#send = send;
  }

  /** Bytes that wait for the end of the turn. */
  get pendingBytes(): number {
    return this.#used;
  }

  push(kind: number, body: Uint8Array): void {
    this.#reserve(FRAME_HEADER_BYTES + body.length);
    const buffer = this.#buffer;
    let at = this.#used;
    const { length } = body;
    buffer[at++] = length;
    buffer[at++] = length >>> 8;
    buffer[at++] = length >>> 16;
    buffer[at++] = length >>> 24;
    buffer[at++] = kind;
    buffer.set(body, at);
    this.#used = at + length;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#tick(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** Sends now what waits. */
  flush(): void {
    const used = this.#used;
    if (used === 0) return;
    const buffer = this.#buffer;
    this.#used = 0;
    this.#nextSize = Math.min(Math.max(used, FIRST_BUFFER_BYTES), MAX_KEPT_BYTES);
    // What was sent is the connection's.
    const isKept = used <= SMALL_BYTES && buffer.length <= FIRST_BUFFER_BYTES;
    this.#buffer = isKept ? buffer.subarray(used) : NOTHING;
    this.#send(buffer.subarray(0, used));
  }

  /** Forgets what waits. */
  clear(): void {
    this.#used = 0;
  }

  #reserve(more: number): void {
    const needed = this.#used + more;
    if (needed <= this.#buffer.length) return;
    const size = Math.max(needed, this.#buffer.length * 2, this.#nextSize);
    const grown = new Uint8Array(Buffer.allocUnsafeSlow(size).buffer); // not zeroed: all of it is written before it is sent
    grown.set(this.#buffer.subarray(0, this.#used));
    this.#buffer = grown;
  }
}
