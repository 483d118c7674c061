import {
  readHelloAck,
  readIntroduction,
  readRedeemAnswer,
  readRedeemRequest,
  readRevocationList,
  writeHelloAck,
  writeIntroduction,
  writeRedeemAnswer,
  writeRedeemRequest,
  writeRevocationList,
  type Hello,
  type HelloAck,
  type Member as MemberEntry,
  type RedeemAnswer,
  type RedeemRequest,
  type RevocationStatement,
} from '#posiv-wit/generated/p2p/admission.ts';
import { readPing, readPong, writePing, writePong } from '#posiv-wit/generated/p2p/heartbeat.ts';
import {
  ConnectionClosedError,
  PeerSilentError,
  UnexpectedFrameError,
  UnreadFramesError,
} from './errors.ts';
import { Heartbeat, type HeartbeatPeriods } from './heartbeat.ts';
import { HeldChannel } from './held-channel.ts';
import {
  decode,
  encode,
  MAX_KERNEL_FRAME_BYTES,
  MAX_WIRE_BODY_BYTES,
  WIRE,
} from './wire-format.ts';
import type { Channel, ChannelHandler } from './channel.ts';
import type { Member } from './credentials/certificate.ts';
import type { Clock } from './environment.ts';
import type { NodeId } from './node-id.ts';
import type { Traffic } from './traffic.ts';

const MAX_QUEUED_BYTES = 32 * 1024 * 1024; // for one peer, where whoever sends more is told so
const MAX_PROMISED_BYTES = 48 * 1024 * 1024; // with what must be heard: what a slow peer may cost in memory

export interface LinkInit {
  periods(): HeartbeatPeriods;
  onFrame(frame: Uint8Array): void;
  onRegisters(frame: Uint8Array): void;
  /** A packet of membership; what is thrown cuts the peer off. */
  onMembership(packet: Uint8Array): void;
  /** A message of the registry, on the same terms. */
  onRegistry(message: Uint8Array): void;
  /** What the peer says of circuits, on the same terms. */
  onRelay(message: Uint8Array): void;
  /** The peer, which had admitted this node before it was settled itself, now is. */
  onHelloAck(ack: HelloAck): void;
  /** The peer has met these. */
  onIntroduction(members: readonly MemberEntry[]): void;
  /** The peer passes on what somebody who joins there has shown. What it resolves to is sent back; undefined for nothing. */
  onRedeem(request: RedeemRequest): Promise<RedeemAnswer | undefined>;
  onRedeemed(answer: RedeemAnswer): void;
  onRevocations(statements: readonly RevocationStatement[]): void;
  /** Once, but not after `close`. `error` is set when this side gave up. */
  onDown(reason: string, error?: Error): void;
}

/** The connection with one admitted peer: frames of the kernel, packets of membership, heartbeat, records. */
export class Link implements ChannelHandler {
  /** What the peer said when it was admitted. */
  readonly hello: Hello;
  /** What it proved to be. */
  readonly member: Member;
  readonly #clock: Clock;
  readonly #init: LinkInit;
  #channel: Channel;
  #heartbeat: Heartbeat;
  /** The channel that was left, until the peer has left it too. */
  #old: Channel | undefined;
  #peerMoved = false;
  /** Calls off the end that has been decided upon; undefined while there is none. */
  #stay: (() => void) | undefined;

  constructor(
    clock: Clock,
    channel: Channel,
    { hello, member }: { hello: Hello; member: Member },
    init: LinkInit,
  ) {
    this.#clock = clock;
    this.#channel = channel;
    this.hello = hello;
    this.member = member;
    this.#init = init;
    channel.limit = MAX_WIRE_BODY_BYTES;
    channel.handler = this;
    this.#heartbeat = this.#startHeartbeat();
  }

  /** The member that passes on all that is said here; undefined where nobody does. */
  get relay(): NodeId | undefined {
    return this.#channel.relay;
  }

  /** Whether this side dialled it. */
  get dialled(): boolean {
    return this.#channel.dialled;
  }

  /** The other end. */
  get address(): string {
    return this.#channel.address;
  }

  get traffic(): Readonly<Traffic> {
    return this.#channel.traffic;
  }

  /** Bytes that were sent and have not left. */
  get queuedBytes(): number {
    return this.#channel.queuedBytes;
  }

  get roundTripUs(): number {
    return this.#heartbeat.roundTripUs;
  }

  get shortestRoundTripUs(): number {
    return this.#heartbeat.shortestRoundTripUs;
  }

  get heardAt(): number {
    return this.#heartbeat.heardAt;
  }

  /**
   * False when it would queue more than the limit; then nothing is sent.
   * @param promised the peer must hear of it: beyond the limit it has room of its own, and once that is used up, too, the
   * connection is given up
   */
  send(frame: Uint8Array, kind: number, promised = false): boolean {
    if (frame.length > MAX_KERNEL_FRAME_BYTES || this.#stay !== undefined) return false;
    const bytes = this.#channel.queuedBytes + frame.length;
    if (bytes > (promised ? MAX_PROMISED_BYTES : MAX_QUEUED_BYTES)) {
      this.#channel.traffic.refused += 1;
      if (promised) this.abandon(new UnreadFramesError(this.hello.id, MAX_PROMISED_BYTES));
      return false;
    }
    this.#channel.send(kind, frame);
    return true;
  }

  /** A packet of membership, which may be lost: here, when more is queued than the peer takes. */
  sendMembership(packet: Uint8Array): void {
    if (this.#channel.queuedBytes <= MAX_QUEUED_BYTES) this.#channel.send(WIRE.membership, packet);
  }

  /** A message of the registry. False when more is queued than the peer takes; then nothing is sent. */
  sendRegistry(message: Uint8Array): boolean {
    if (this.#channel.queuedBytes > MAX_QUEUED_BYTES) return false;
    this.#channel.send(WIRE.registry, message);
    return true;
  }

  /** What is said of circuits: dropped when more is queued than the peer takes. */
  sendRelay(message: Uint8Array): void {
    if (this.#channel.queuedBytes <= MAX_QUEUED_BYTES) this.#channel.send(WIRE.relay, message);
  }

  /** Tells a peer that this node is settled now. */
  acknowledgeAgain(ack: HelloAck): void {
    this.#channel.send(WIRE.helloAck, encode(writeHelloAck, ack));
  }

  /** Tells a peer of nodes that this one has met. */
  introduce(members: readonly MemberEntry[]): void {
    if (this.#channel.queuedBytes > MAX_QUEUED_BYTES) return; // it meets them by itself
    this.#channel.send(WIRE.introduction, encode(writeIntroduction, { members }));
  }

  tellRevocations(statements: readonly RevocationStatement[]): void {
    this.#channel.send(WIRE.revocations, encode(writeRevocationList, { statements }));
  }

  askToRedeem(request: RedeemRequest): void {
    this.#channel.send(WIRE.redeem, encode(writeRedeemRequest, request));
  }

  /**
   * Goes on by a better channel, which the peer has as well. All that is said is heard in order and once, unless one of both
   * channels is lost before: then the link is down.
   */
  moveTo(channel: Channel): void {
    const old = this.#channel;
    old.send(WIRE.moved, new Uint8Array());
    this.#channel = channel;
    channel.traffic = old.traffic.add(channel.traffic); // counted together
    channel.limit = MAX_WIRE_BODY_BYTES;
    this.#heartbeat.stop();
    this.#heartbeat = this.#startHeartbeat(); // round trips are others here
    const next = new HeldChannel(channel, (reason, error) => this.onClose(reason, error));
    const arrive = (): void => {
      this.#old = undefined;
      old.end();
      try {
        next.release(this);
      } catch (error) {
        this.giveUp(error as Error);
      }
    };
    this.#old = old;
    old.handler = {
      onFrame: (kind, body) => (kind === WIRE.moved ? arrive() : this.onFrame(kind, body)),
      onClose: (reason, error) => this.giveUp(error ?? new ConnectionClosedError(reason)),
    };
    if (this.#peerMoved) arrive();
  }

  close(): void {
    this.#stop();
    this.#channel.end();
  }

  /** Closes at once, and says so by `onDown`. */
  giveUp(error: Error): void {
    this.#stop();
    this.#channel.cutOff(error);
    this.#init.onDown(error.message, error);
  }

  /** The same in a turn of its own, since whoever sends does not expect to hear of it meanwhile. No frame is sent any more. */
  abandon(error: Error): void {
    this.#stay ??= this.#clock.after(0, () => this.giveUp(error));
  }

  /** Closes once what was sent has left, and says so by `onDown`. */
  expel(error: Error): void {
    this.close();
    this.#init.onDown(error.message, error);
  }

  onFrame(kind: number, body: Uint8Array): void {
    this.#heartbeat.heard();
    switch (kind) {
      case WIRE.kernel:
        this.#init.onFrame(body);
        break;
      case WIRE.registers:
        this.#init.onRegisters(body);
        break;
      case WIRE.membership:
        this.#init.onMembership(body);
        break;
      case WIRE.ping: {
        const { sequence } = decode(readPing, body);
        if (this.#channel.queuedBytes > MAX_QUEUED_BYTES) break; // it asks and does not read: owed nothing more
        this.#channel.send(WIRE.pong, encode(writePong, { sequence }));
        break;
      }
      case WIRE.pong:
        this.#heartbeat.answered(decode(readPong, body).sequence);
        break;
      case WIRE.registry:
        this.#init.onRegistry(body);
        break;
      case WIRE.relay:
        this.#init.onRelay(body);
        break;
      case WIRE.moved:
        if (this.relay === undefined) throw new UnexpectedFrameError(kind, 'without a relay');
        this.#peerMoved = true; // its handshake was finished first
        break;
      case WIRE.helloAck:
        this.#init.onHelloAck(decode(readHelloAck, body));
        break;
      case WIRE.introduction:
        this.#init.onIntroduction(decode(readIntroduction, body).members);
        break;
      case WIRE.revocations:
        this.#init.onRevocations(decode(readRevocationList, body).statements);
        break;
      case WIRE.redeem:
        void this.#redeem(decode(readRedeemRequest, body.slice()));
        break;
      case WIRE.redeemed:
        this.#init.onRedeemed(decode(readRedeemAnswer, body.slice()));
        break;
      default:
        throw new UnexpectedFrameError(kind, 'from an admitted peer');
    }
  }

  onClose(reason: string, error?: Error): void {
    this.#stop();
    this.#init.onDown(reason, error);
  }

  async #redeem(request: RedeemRequest): Promise<void> {
    const answer = await this.#init.onRedeem(request);
    if (answer === undefined || this.#channel.queuedBytes > MAX_QUEUED_BYTES) return;
    this.#channel.send(WIRE.redeemed, encode(writeRedeemAnswer, answer));
  }

  #ping(sequence: number): void {
    this.#channel.send(WIRE.ping, encode(writePing, { sequence }));
  }

  #startHeartbeat(): Heartbeat {
    return new Heartbeat(this.#clock, {
      periods: () => this.#init.periods(),
      sendPing: (sequence) => this.#ping(sequence),
      onSilent: (silentMs) => this.giveUp(new PeerSilentError(silentMs)),
    });
  }

  #stop(): void {
    this.#stay?.();
    this.#heartbeat.stop();
    this.#old?.cutOff(new ConnectionClosedError('the link is closed'));
    this.#old = undefined;
  }
}
