import { Reader } from '#posiv-wit/codec/reader.ts';
import {
  readAdmitted,
  readGreeting,
  readHello,
  readHelloAck,
  readRefusal,
  readRevocationList,
  writeAdmitted,
  writeGreeting,
  writeHello,
  writeHelloAck,
  writeRefusal,
  writeRevocationList,
  type Greeting,
  type Hello,
  type HelloAck,
  type Redemption,
  type RevocationStatement,
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
import { NoMembershipError, RevokedError } from './credentials/errors.ts';
import { checkHello } from './hello.ts';
import { printable, refusalOf } from './refusal.ts';
import { decode, encode, MAX_HELLO_BODY_BYTES, PROTOCOL, WIRE } from './wire-format.ts';
import type { Channel, ChannelHandler } from './channel.ts';
import type { Member } from './credentials/certificate.ts';
import type { Gate } from './credentials/gate.ts';
import type { Clock } from './environment.ts';
import type { NodeId } from './node-id.ts';

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
  helloAck(to: NodeId): HelloAck;
  /** The peer has admitted this node. @throws {malformed-hello} {foreign-cluster} {roster-full} then nothing has changed */
  acknowledged(id: NodeId, ack: HelloAck): void;
}

export interface HandshakeInit {
  helloTimeoutMs: number;
  /** Both sides have admitted each other; the channel is the caller's from now on. */
  onEstablished(hello: Hello, member: Member): void;
  /** Anything else. The channel is closed. */
  onFailed(error: Error): void;
}

/**
 * The first frames of a wire connection. Each side greets, the one that dialled first, and proves by that to be a member, or
 * becomes one by a ticket. Then the side that dialled says hello; the other admits it and answers with its own hello and its
 * ack; the first admits the other and acks too. Nothing else is accepted before, and nothing of the cluster is told to
 * whoever has not proved to be a member.
 */
export class Handshake implements ChannelHandler {
  readonly channel: Channel;
  readonly #gate: Gate;
  readonly #desk: AdmissionDesk;
  readonly #init: HandshakeInit;
  readonly #cancelTimeout: () => void;
  #greeted = false;
  #joining = false;
  #member: Member | undefined;
  #hello: Hello | undefined;
  #ackSent = false;
  #ack: HelloAck | undefined;
  #done = false;

  constructor(
    clock: Clock,
    channel: Channel,
    gate: Gate,
    desk: AdmissionDesk,
    init: HandshakeInit,
  ) {
    this.channel = channel;
    this.#gate = gate;
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
    if (this.dialled) this.#greet();
    this.channel.open();
  }

  /** Gives up without a word. */
  abandon(error: Error): void {
    this.channel.cutOff(error);
    this.#fail(error);
  }

  onFrame(kind: number, body: Uint8Array): void {
    const isOpen = this.#member !== undefined && !this.#joining;
    if (kind === WIRE.greeting && !this.#greeted) this.#onGreeting(body);
    else if (kind === WIRE.admitted && this.#joining && this.dialled) void this.#onAdmitted(body);
    else if (kind === WIRE.hello && isOpen && this.#hello === undefined) this.#onHello(body);
    else if (kind === WIRE.helloAck && this.#hello !== undefined && this.#ack === undefined) {
      this.#ack = decode(readHelloAck, body);
      this.#finishIfBoth();
    } else if (kind === WIRE.revocations && this.#member !== undefined) {
      this.#gate.learn(decode(readRevocationList, body).statements);
    } else if (kind === WIRE.refusal) {
      const { code, message } = decode(readRefusal, body);
      this.abandon(new HelloRefusedError(code, printable(message)));
    } else throw new UnexpectedFrameError(kind, 'before both sides were admitted');
  }

  onClose(reason: string, error?: Error): void {
    this.#fail(error ?? new ConnectionClosedError(reason));
  }

  #greet(): void {
    this.channel.send(WIRE.greeting, encode(writeGreeting, this.#gate.greeting()));
  }

  #onGreeting(body: Uint8Array): void {
    this.#greeted = true;
    try {
      const shown = this.#gate.examine(readGreetingOf(body), this.channel.peerId);
      if (shown.tag === 'member') this.#onMember(shown.member);
      else if (this.dialled) throw new NoMembershipError(); // who is dialled has to be a member
      else {
        this.#joining = true;
        void this.#redeem(shown.redemption, shown.key);
      }
    } catch (error) {
      this.#refuse(error as Error);
    }
  }

  #onMember(member: Member): void {
    this.#member = member;
    this.channel.limit = MAX_HELLO_BODY_BYTES;
    if (!this.dialled) this.#greet();
    else if (this.#gate.isMember) this.#sayHello();
    else this.#joining = true; // until its ticket is redeemed
  }

  /** Who shows a ticket learns whom it has found, and waits. */
  async #redeem(redemption: Redemption, key: Uint8Array): Promise<void> {
    try {
      const membership = await this.#gate.redeem(redemption, key);
      if (this.#done) return;
      const member = this.#gate.memberOf(membership, key);
      this.#joining = false;
      this.#member = member;
      this.channel.limit = MAX_HELLO_BODY_BYTES;
      this.#greet();
      this.channel.send(WIRE.admitted, encode(writeAdmitted, { membership }));
    } catch (error) {
      this.#refuse(error as Error);
    }
  }

  async #onAdmitted(body: Uint8Array): Promise<void> {
    try {
      await this.#gate.admitted(decode(readAdmitted, body).membership);
      if (this.#done) return;
      this.#joining = false;
      this.#sayHello();
    } catch (error) {
      this.#refuse(error as Error);
    }
  }

  #sayHello(): void {
    this.channel.send(WIRE.hello, encode(writeHello, this.#desk.hello()));
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
      // Before the ack: whoever counts on an ack knows by then who does not belong to the cluster any more.
      const unknown = this.#gate.unknownTo(hello.revocations);
      if (unknown !== undefined) this.#tell(unknown);
      if (!this.dialled) this.#sayHello();
      this.channel.send(WIRE.helloAck, encode(writeHelloAck, this.#desk.helloAck(hello.id)));
      this.#ackSent = true;
      this.#finishIfBoth();
    } catch (error) {
      this.#refuse(error as Error);
    }
  }

  #tell(statements: readonly RevocationStatement[]): void {
    this.channel.send(WIRE.revocations, encode(writeRevocationList, { statements }));
  }

  #finishIfBoth(): void {
    const member = this.#member;
    if (this.#done || !this.#ackSent || this.#ack === undefined) return;
    if (this.#hello === undefined || member === undefined) return;
    try {
      this.#gate.check(member);
      this.#desk.acknowledged(this.#hello.id, this.#ack);
    } catch (error) {
      this.#refuse(error as Error);
      return;
    }
    this.#done = true;
    this.#cancelTimeout();
    this.#init.onEstablished(this.#hello, member);
  }

  #refuse(error: Error): void {
    if (this.#done) return;
    if (error instanceof RevokedError) this.#proveRevoked(error);
    this.channel.send(WIRE.refusal, encode(writeRefusal, refusalOf(error)));
    this.channel.end();
    this.#fail(error);
  }

  /** A node that was away when it was revoked believes those who signed that, not whoever says so. */
  #proveRevoked({ statements }: RevokedError): void {
    if (!this.#gate.isMember || statements.length === 0) return;
    if (!this.dialled && this.#member === undefined) this.#greet();
    this.#tell(statements);
  }

  #fail(error: Error): void {
    if (this.#done) return;
    this.#done = true;
    this.#cancelTimeout();
    this.#init.onFailed(error);
  }
}

/** The protocol comes first and is read first: all else may look different in another one. */
function readGreetingOf(body: Uint8Array): Greeting {
  try {
    const protocol = new Reader(body).u32();
    if (protocol !== PROTOCOL) throw new VersionMismatchError(protocol, PROTOCOL);
    return decode(readGreeting, body.slice()); // parts of it are kept: not with a whole chunk of the connection
  } catch (error) {
    throw asMalformed(error);
  }
}

function readChecked(body: Uint8Array, remote: NodeId): Hello {
  try {
    const hello = decode(readHello, body);
    checkHello(hello, remote);
    return hello;
  } catch (error) {
    throw asMalformed(error);
  }
}

function asMalformed(error: unknown): unknown {
  return codeOf(error) === 'malformed-value' ? new MalformedHelloError(describe(error)) : error;
}
