import type { Duplex } from 'node:stream';
import type { Clock } from '#kernel/clock.ts';
import { TokenBucket } from '#kernel/lane/token-bucket.ts';
import { framed, FrameReader, MAX_FRAME_BYTES } from './frame-stream.ts';

/** What waits for a machine that does not read; what comes after that is dropped, as by a real card. */
const MAX_WAITING_BYTES = 256 << 10;

/** What has gone through the cards of a machine. */
export interface Traffic {
  /** Bytes of frames, and frames that were dropped on the way to the machine. */
  received: number;
  sent: number;
  dropped: number;
}

/** How fast a machine may send and be sent to, all its cards together. */
export interface Rates {
  readonly sending: TokenBucket;
  readonly receiving: TokenBucket;
}

/** @param bytesPerSecond in each direction */
export function ratesOf(bytesPerSecond: number, now: number): Rates {
  const bucket = (): TokenBucket => new TokenBucket(bytesPerSecond, MAX_FRAME_BYTES, now);
  return { sending: bucket(), receiving: bucket() };
}

export interface CardComponents {
  readonly clock: Clock;
  /** The other end of what QEMU has for its network. */
  readonly socket: Duplex;
  readonly rates: Rates;
  readonly traffic: Traffic;
}

/** One network card of a machine, as its node sees it. */
export class Card {
  readonly #components: CardComponents;
  /** What the machine sends goes there: a view that is good until it returns. */
  onFrame: (frame: Uint8Array) => void = () => {};
  #isClosed = false;

  constructor(components: CardComponents) {
    this.#components = components;
    const { socket } = components;
    const reader = new FrameReader((frame) => {
      components.traffic.sent += frame.length;
      this.onFrame(frame);
    });
    // Who sends faster than it may is not read from: its card is as slow as that, and nothing is lost.
    socket.on('data', (bytes: Uint8Array) => {
      if (!reader.push(bytes)) return this.close();
      const { clock, rates } = components;
      const wait = rates.sending.take(bytes.length, clock.now());
      if (wait === 0) return;
      socket.pause();
      clock.after(wait, () => socket.resume());
    });
    socket.on('error', () => this.close());
    socket.on('close', () => this.close());
  }

  /** Gives the machine a frame, which is copied, or drops it: it does not read, or is sent more than it may. */
  deliver(frame: Uint8Array): void {
    const { clock, socket, rates, traffic } = this.#components;
    if (this.#isClosed) return;
    if (socket.writableLength > MAX_WAITING_BYTES || rates.receiving.isSpent(clock.now())) {
      traffic.dropped += 1;
      return;
    }
    this.take(frame);
  }

  /** As `deliver`, from who can wait. @returns whether there should be another at once; if not, see `onceReady` */
  take(frame: Uint8Array): boolean {
    const { clock, socket, rates, traffic } = this.#components;
    if (this.#isClosed) return true;
    traffic.received += frame.length;
    const wait = rates.receiving.take(frame.length, clock.now());
    return socket.write(framed(frame)) && wait === 0;
  }

  /** Calls `ready` when the machine has read what waits for it and may be sent more; never if it ends before. */
  onceReady(ready: () => void): void {
    const { clock, socket, rates } = this.#components;
    const again = (): void => this.onceReady(ready);
    const wait = rates.receiving.take(0, clock.now());
    if (wait > 0) clock.after(wait, again);
    else if (socket.writableNeedDrain) socket.once('drain', again);
    else ready();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#components.socket.destroy();
  }
}
