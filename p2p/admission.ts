import {
  AlreadyConnectedError,
  CrossingDialsError,
  DuplicateIdentityError,
  StaleIncarnationError,
} from './errors.ts';
import { Introductions } from './introductions.ts';
import { checkHelloAck, checkMembers } from './hello.ts';
import type { AdmissionDesk, Handshake } from './handshake.ts';
import type { LinkInit } from './link.ts';
import type { NodeId } from './node-id.ts';
import type { Peers } from './peers.ts';
import type { Readiness } from './readiness.ts';
import type { Roster } from './roster.ts';
import type { Hello, HelloAck, Member as MemberEntry } from '#posiv-wit/generated/p2p/admission.ts';

export interface AdmissionComponents {
  roster: Roster;
  readiness: Readiness;
  /** Those that there are links with. */
  peers: Pick<Peers, 'linkWith' | 'links'>;
}

export interface AdmissionInit {
  /** What this node says of itself; the roster is added. */
  self(): Omit<Hello, 'roster'>;
  /** These entries of the roster are new, or say something new. */
  onMembers(ids: readonly NodeId[]): void;
  /** A peer has met a node in this life of it. */
  onIntroduced(id: NodeId, incarnation: number, by: NodeId): void;
}

/** Says who may join, and which of two connections with one peer stays. */
export class Admission implements AdmissionDesk {
  readonly #roster: Roster;
  readonly #readiness: Readiness;
  readonly #peers: AdmissionComponents['peers'];
  readonly #introductions: Introductions;
  readonly #init: AdmissionInit;
  /** One handshake at most with each peer. */
  readonly #handshakes = new Map<NodeId, Handshake>();
  /** The process that last used a key, of those seen since this node started. */
  readonly #sessions = new Map<NodeId, Pick<Hello, 'session' | 'incarnation'>>();

  constructor({ roster, readiness, peers }: AdmissionComponents, init: AdmissionInit) {
    this.#roster = roster;
    this.#readiness = readiness;
    this.#peers = peers;
    this.#introductions = new Introductions({ roster, peers });
    this.#init = init;
  }

  /** Whether a handshake with the peer is under way. */
  isBusy(id: NodeId): boolean {
    return this.#handshakes.has(id);
  }

  /** The handshake of a connection that this side dialled takes the peer's place. */
  dialled(handshake: Handshake): void {
    this.#handshakes.set(handshake.channel.remote, handshake);
  }

  finished(handshake: Handshake): void {
    const { remote } = handshake.channel;
    if (this.#handshakes.get(remote) === handshake) this.#handshakes.delete(remote);
  }

  hello(): Hello {
    return { ...this.#init.self(), roster: this.#roster.members() };
  }

  helloAck(to: NodeId): HelloAck {
    this.#introductions.acknowledges(to);
    return { settled: this.#readiness.settled, roster: this.#roster.members() };
  }

  async admit(hello: Hello, handshake: Handshake): Promise<void> {
    this.#checkLife(hello, handshake);
    this.#takePlace(hello, handshake);
    const itself = hello.roster.find(({ id }) => id === hello.id);
    const sender: MemberEntry = {
      id: hello.id,
      name: hello.name,
      addresses: hello.addresses,
      incarnation: hello.incarnation,
      founder: itself?.founder ?? false,
    };
    const hearsay = hello.roster.filter(({ id }) => id !== hello.id);
    const changed = this.#roster.merge([sender, ...hearsay]);
    // A copy: the hello's own is a view that would keep a whole received chunk.
    this.#sessions.set(hello.id, {
      session: hello.session.slice(),
      incarnation: hello.incarnation,
    });
    if (changed.includes(hello.id)) this.#introductions.news(hello.id);
    this.#init.onMembers(changed);
    await this.#roster.save();
  }

  /** There is a link with a peer. */
  met(id: NodeId): void {
    this.#introductions.met(id);
  }

  /** What comes of these on the link with a peer. */
  linkEvents(id: NodeId): Pick<LinkInit, 'onHelloAck' | 'onIntroduction'> {
    return {
      onHelloAck: (ack) => this.acknowledged(id, ack),
      onIntroduction: (members) => this.#introduced(id, members),
    };
  }

  acknowledged(id: NodeId, ack: HelloAck): void {
    checkHelloAck(ack, this.#roster.self);
    const changed = this.#roster.merge(ack.roster);
    this.#roster.acknowledged(id);
    if (ack.settled) this.#readiness.settledAck();
    this.#init.onMembers(changed);
    this.#readiness.evaluate();
  }

  #introduced(by: NodeId, members: readonly MemberEntry[]): void {
    checkMembers(members);
    const changed = this.#roster.merge(members);
    for (const { id, incarnation } of members) this.#init.onIntroduced(id, incarnation, by);
    this.#init.onMembers(changed);
  }

  /** One key is one process at a time, and each start of it counts. */
  #checkLife(hello: Hello, { channel }: Handshake): void {
    const link = this.#peers.linkWith(hello.id);
    if (link !== undefined) {
      const living = link.hello;
      if (!isSame(living.session, hello.session))
        throw new DuplicateIdentityError(hello.id, living.incarnation, hello.incarnation);
      const isBetter = link.relay !== undefined && channel.relay === undefined;
      if (!isBetter) throw new AlreadyConnectedError(hello.id);
    }
    const known = this.#roster.get(hello.id)?.incarnation ?? 0;
    const last = this.#sessions.get(hello.id);
    const reused = last?.incarnation === hello.incarnation && !isSame(last.session, hello.session);
    if (hello.incarnation < known || reused)
      throw new StaleIncarnationError(hello.id, known, hello.incarnation);
  }

  /** Of two dials that cross, that of the smaller id stays: both sides decide alike. */
  #takePlace(hello: Hello, handshake: Handshake): void {
    const other = this.#handshakes.get(hello.id);
    if (other === handshake) return;
    if (other !== undefined) {
      const otherStays = other.dialled && this.#roster.self < hello.id;
      const stranger = other.hello !== undefined && !isSame(other.hello.session, hello.session);
      if (otherStays || stranger) throw new CrossingDialsError(hello.id);
      other.abandon(new CrossingDialsError(hello.id));
    }
    this.#handshakes.set(hello.id, handshake);
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
