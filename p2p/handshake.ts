import { Reader } from '#posiv-wit/codec/reader.ts';
import {
  readHello,
  readHelloAck,
  readRefusal,
  writeHello,
  writeHelloAck,
  writeRefusal,
  type Hello,
  type HelloAck,
  type RefusalCode,
} from '#posiv-wit/generated/p2p/admission.ts';
import {
  codeOf,
  describe,
  HelloRefusedError,
  HelloTimeoutError,
  MalformedHelloError,
  UnexpectedFrameError,
  VersionMismatchError,
  ConnectionClosedError,
} from './errors.ts';
import { checkHello, checkHelloAck } from './hello.ts';
import { decode, encode, PROTOCOL, WIRE } from './wire-format.ts';
import type { Channel, ChannelHandler } from './channel.ts';
import type { Clock } from './environment.ts';
import type { NodeId } from './node-id.ts';

const MAX_REFUSAL_LENGTH = 256; // characters of the message, so at most 1,024 bytes

const REFUSALS: ReadonlySet<string> = new Set<RefusalCode>([
  'version-mismatch',
  'identity-mismatch',
  'foreign-cluster',
  'duplicate-identity',
  'stale-incarnation',
  'already-connected',
  'crossing-dials',
  'roster-full',
  'malformed-hello',
  'storage-failed',
]);

/** Whose decisions a handshake carries out. */
export interface AdmissionDesk {
  /** What this node says of itself. */
  hello(): Hello;
  /**
   * Decides about the peer and keeps it in the roster: durable when it resolves.
   * Throws one of the errors whose code is a refusal code; then nothing has changed.
   */
  admit(hello: Hello, handshake: Handshake): Promise<void>;
  /** What this node answers to one that it has admitted. */
  helloAck(): HelloAck;
  /** The peer has admitted this node. */
  acknowledged(id: NodeId, ack: HelloAck): void;
}

export interface HandshakeInit {
  helloTimeoutMs: number;
  /** Both sides have admitted each other; the channel is the caller's from now on. */
  onEstablished(hello: Hello): void;
  /** Anything else. The channel is closed. */
  onFailed(error: Error): void;
}

/**
 * The first frames of a wire connection: the side that dialled says hello; the other admits it and answers with its own
 * hello and its ack; the first admits the other and acks too. Nothing else is accepted before.
 */
export class Handshake implements ChannelHandler {
  readonly channel: Channel;
  readonly #desk: AdmissionDesk;
  readonly #init: HandshakeInit;
  readonly #cancelTimeout: () => void;
  #hello: Hello | undefined;
  #ackSent = false;
  #ack: HelloAck | undefined;
  #done = false;

  constructor(clock: Clock, channel: Channel, desk: AdmissionDesk, init: HandshakeInit) {
    this.channel = channel;
    this.#desk = desk;
    this.#init = init;
    this.#cancelTimeout = clock.after(init.helloTimeoutMs, () => {
      this.abandon(new HelloTimeoutError(init.helloTimeoutMs));
    });
  }

  get dialled(): boolean {
    return this.channel.dialled;
  }

  /** What the peer said, once it did. */
  get hello(): Hello | undefined {
    return this.#hello;
  }

  start(): void {
    if (this.dialled) this.channel.send(WIRE.hello, encode(writeHello, this.#desk.hello()));
    this.channel.open();
  }

  /** Gives up without a word. */
  abandon(error: Error): void {
    this.channel.cutOff(error);
    this.#fail(error);
  }

  onFrame(kind: number, body: Uint8Array): void {
    if (kind === WIRE.hello && this.#hello === undefined) this.#onHello(body);
    else if (kind === WIRE.helloAck && this.#hello !== undefined && this.#ack === undefined) {
      this.#ack = decode(readHelloAck, body);
      this.#finishIfBoth();
    } else if (kind === WIRE.refusal) {
      const { code, message } = decode(readRefusal, body);
      this.abandon(new HelloRefusedError(code, printable(message)));
    } else throw new UnexpectedFrameError(kind, 'before both sides were admitted');
  }

  onClose(reason: string, error?: Error): void {
    this.#fail(error ?? new ConnectionClosedError(reason));
  }

  #onHello(body: Uint8Array): void {
    try {
      this.#hello = readChecked(body, this.channel.remote);
    } catch (error) {
      this.#refuse(error as Error);
      return;
    }
    void this.#admit(this.#hello);
  }

  async #admit(hello: Hello): Promise<void> {
    try {
      await this.#desk.admit(hello, this);
      if (this.#done) return;
      if (!this.dialled) this.channel.send(WIRE.hello, encode(writeHello, this.#desk.hello()));
      this.channel.send(WIRE.helloAck, encode(writeHelloAck, this.#desk.helloAck()));
      this.#ackSent = true;
      this.#finishIfBoth();
    } catch (error) {
      this.#refuse(error as Error);
    }
  }

  #finishIfBoth(): void {
    if (this.#done || !this.#ackSent || this.#hello === undefined || this.#ack === undefined)
      return;
    try {
      checkHelloAck(this.#ack, this.#desk.hello().id);
      this.#desk.acknowledged(this.#hello.id, this.#ack);
    } catch (error) {
      this.#refuse(error as Error);
      return;
    }
    this.#done = true;
    this.#cancelTimeout();
    this.#init.onEstablished(this.#hello);
  }

  #refuse(error: Error): void {
    if (this.#done) return;
    const code = codeOf(error);
    const refusal = (REFUSALS.has(code) ? code : 'malformed-hello') as RefusalCode;
    const message = describe(error).slice(0, MAX_REFUSAL_LENGTH);
    this.channel.send(WIRE.refusal, encode(writeRefusal, { code: refusal, message }));
    this.channel.end();
    this.#fail(error);
  }

  #fail(error: Error): void {
    if (this.#done) return;
    this.#done = true;
    this.#cancelTimeout();
    this.#init.onFailed(error);
  }
}

/** The protocol comes first and is read first: all else may look different in another one. */
function readChecked(body: Uint8Array, remote: NodeId): Hello {
  let hello: Hello;
  try {
    const protocol = new Reader(body).u32();
    if (protocol !== PROTOCOL) throw new VersionMismatchError(protocol, PROTOCOL);
    hello = decode(readHello, body);
  } catch (error) {
    throw codeOf(error) === 'malformed-value' ? new MalformedHelloError(describe(error)) : error;
  }
  checkHello(hello, remote);
  return hello;
}

/** What a peer wrote goes to logs and terminals. */
function printable(message: string): string {
  return message.slice(0, MAX_REFUSAL_LENGTH).replace(/[^\x20-\x7e]/g, '?');
}
