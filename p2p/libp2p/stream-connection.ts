import { ConnectionClosedError } from '../errors.ts';
import { nodeIdOf, type NodeId } from '../node-id.ts';
import { circuitAddress } from '../relay/circuit-address.ts';
import { closeGently } from './close-gently.ts';
import { relayOf } from './libp2p-legs.ts';
import type { ConnectionEvents, PeerConnection } from '../connection.ts';
import type { Connection, Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface';

/** One stream that has a libp2p connection to itself. */
export class StreamConnection implements PeerConnection {
  readonly remote: NodeId;
  readonly peerId: Uint8Array;
  readonly dialled: boolean;
  readonly address: string;
  readonly relay: NodeId | undefined;
  readonly #connection: Connection;
  readonly #stream: Stream;
  #events: ConnectionEvents | undefined;

  constructor(connection: Connection, stream: Stream) {
    this.#connection = connection;
    this.#stream = stream;
    this.peerId = connection.remotePeer.toMultihash().bytes;
    this.remote = nodeIdOf(this.peerId);
    this.dialled = connection.direction === 'outbound';
    this.relay = relayOf(connection);
    this.address =
      this.relay === undefined
        ? connection.remoteAddr.toString()
        : circuitAddress(this.relay, this.remote);
  }

  get queuedBytes(): number {
    return this.#stream.writeBufferLength;
  }

  open(events: ConnectionEvents): void {
    const stream = this.#stream;
    this.#events = events;
    stream.addEventListener('message', (event: StreamMessageEvent) => {
      const { data } = event;
      if (data instanceof Uint8Array) this.#events?.onBytes(plain(data));
      else for (const chunk of data) this.#events?.onBytes(plain(chunk));
    });
    // The stream itself sends on in a microtask that its own listener of the same event has queued before.
    const drained = (): void => queueMicrotask(() => this.#events?.onDrain());
    stream.addEventListener('drain', drained);
    stream.addEventListener('idle', drained);
    stream.addEventListener('remoteCloseWrite', () => this.#lost('the peer ended it'));
    stream.addEventListener('close', (event: StreamCloseEvent) =>
      this.#lost(event.error?.message ?? 'the peer is gone'),
    );
    if (stream.status !== 'open')
      queueMicrotask(() => this.#lost('it was closed before it was used'));
  }

  send(bytes: Uint8Array): void {
    try {
      this.#stream.send(bytes);
    } catch (error) {
      queueMicrotask(() => this.#lost(error instanceof Error ? error.message : String(error)));
    }
  }

  end(): void {
    this.#events = undefined;
    void closeGently(this.#stream, this.#connection);
  }

  cutOff(error: Error): void {
    this.#events = undefined;
    this.#connection.abort(error);
  }

  #lost(reason: string): void {
    const events = this.#events;
    if (events === undefined) return;
    this.#events = undefined;
    this.#connection.abort(new ConnectionClosedError(reason));
    events.onClose(reason);
  }
}

/** Without Node's methods: the `slice` of a Buffer does not copy. */
function plain(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array
    ? bytes
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
