import { MalformedFrameError } from './errors.ts';
import { FRAME_HEADER_BYTES, FrameDecoder } from './frame-decoder.ts';
import { Outbox, type Tick } from './outbox.ts';
import { Traffic } from './traffic.ts';
import type { PeerConnection } from './connection.ts';
import type { NodeId } from './node-id.ts';

export interface ChannelHandler {
  /** Whatever it throws cuts the peer off. */
  onFrame(kind: number, body: Uint8Array): void;
  /** More may be sent. */
  onDrain?(): void;
  /** The connection is gone; `error` is set when this side cut it off for what the peer sent. */
  onClose(reason: string, error?: Error): void;
}

/** Frames on a connection. Whoever speaks on it may hand it to another by setting `handler`. */
export class Channel {
  handler: ChannelHandler;
  readonly remote: NodeId;
  readonly peerId: Uint8Array;
  readonly address: string;
  readonly dialled: boolean;
  readonly relay: NodeId | undefined;
  /** What has gone over it. */
  traffic = new Traffic();
  readonly #connection: PeerConnection;
  readonly #outbox: Outbox;
  readonly #decoder: FrameDecoder;
  #closed = false;

  constructor(connection: PeerConnection, tick: Tick, limit: number, handler: ChannelHandler) {
    this.#connection = connection;
    this.handler = handler;
    this.remote = connection.remote;
    this.peerId = connection.peerId;
    this.address = connection.address;
    this.dialled = connection.dialled;
    this.relay = connection.relay;
    this.#outbox = new Outbox(tick, (bytes) => {
      if (this.#closed) return;
      this.traffic.sends += 1;
      connection.send(bytes);
    });
    this.#decoder = new FrameDecoder(limit, (kind, body) => {
      this.traffic.framesReceived += 1;
      this.handler.onFrame(kind, body);
    });
  }

  /** Starts to receive. */
  open(): void {
    this.#connection.open({
      onBytes: (chunk) => this.#receive(chunk),
      onDrain: () => {
        if (!this.#closed) this.handler.onDrain?.();
      },
      onClose: (reason) => this.#lost(reason),
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Bytes that were sent here and have not left. */
  get queuedBytes(): number {
    return this.#outbox.pendingBytes + this.#connection.queuedBytes;
  }

  /** Those of them that wait because the peer takes no more; `onDrain` comes when there are fewer. */
  get blockedBytes(): number {
    return this.#connection.queuedBytes;
  }

  /** Longest body of a frame that is accepted. */
  set limit(bytes: number) {
    this.#decoder.limit = bytes;
  }

  send(kind: number, body: Uint8Array): void {
    if (this.#closed) return;
    this.traffic.framesSent += 1;
    this.traffic.bytesSent += FRAME_HEADER_BYTES + body.length;
    this.#outbox.push(kind, body);
  }

  /** Closes when what was sent has left. The handler hears nothing more. */
  end(): void {
    if (this.#closed) return;
    this.#outbox.flush();
    this.#stop();
    this.#connection.end();
  }

  /** Closes at once. The handler hears nothing more. */
  cutOff(error: Error): void {
    if (this.#closed) return;
    this.#stop();
    this.#connection.cutOff(error);
  }

  #receive(chunk: Uint8Array): void {
    if (this.#closed) return;
    this.traffic.bytesReceived += chunk.length;
    try {
      this.#decoder.push(chunk);
    } catch (cause) {
      const error = asViolation(cause);
      const { handler } = this;
      this.cutOff(error);
      handler.onClose(error.message, error);
    }
  }

  #lost(reason: string): void {
    if (this.#closed) return;
    this.#stop();
    this.handler.onClose(reason);
  }

  #stop(): void {
    this.#closed = true;
    this.#decoder.stop();
    this.#outbox.clear();
  }
}

/** What a codec throws says nothing of where it was thrown. */
function asViolation(cause: unknown): Error {
  if (cause instanceof Error && (cause as { code?: string }).code !== 'malformed-value')
    return cause;
  return new MalformedFrameError(cause instanceof Error ? cause.message : String(cause), { cause });
}
