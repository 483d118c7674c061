import { TooMuchHeldError } from './errors.ts';
import type { Channel, ChannelHandler } from './channel.ts';

const MAX_HELD_BYTES = 8 * 1024 * 1024; // what comes by the new way while the rest of the old one is on its way
const FRAME_BYTES = 128; // what is kept of a frame beside its body: millions that have none are as much as a few that are long

/** A channel whose frames wait until all has been heard that was said before on another. */
export class HeldChannel implements ChannelHandler {
  readonly #channel: Channel;
  readonly #onClose: ChannelHandler['onClose'];
  readonly #frames: { readonly kind: number; readonly body: Uint8Array }[] = [];
  #bytes = 0;

  constructor(channel: Channel, onClose: ChannelHandler['onClose']) {
    this.#channel = channel;
    this.#onClose = onClose;
    channel.handler = this;
  }

  onFrame(kind: number, body: Uint8Array): void {
    this.#bytes += FRAME_BYTES + body.length;
    if (this.#bytes > MAX_HELD_BYTES)
      throw new TooMuchHeldError(
        this.#bytes,
        'by a better way before the rest by the old one',
        MAX_HELD_BYTES,
      );
    this.#frames.push({ kind, body: body.slice() });
  }

  onClose(reason: string, error?: Error): void {
    this.#onClose(reason, error);
  }

  /** Hands over the channel, and first what has come on it. Throws what the handler throws. */
  release(handler: ChannelHandler): void {
    this.#channel.handler = handler;
    for (const { kind, body } of this.#frames)
      if (!this.#channel.closed) handler.onFrame(kind, body);
  }
}
