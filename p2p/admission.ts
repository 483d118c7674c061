import {
  AlreadyConnectedError,
  CrossingDialsError,
  DuplicateIdentityError,
  StaleIncarnationError,
} from './errors.ts';
import { checkHelloAck } from './hello.ts';
import type { AdmissionDesk, Handshake } from './handshake.ts';
import type { Link } from './link.ts';
import type { NodeId } from './node-id.ts';
import type { Readiness } from './readiness.ts';
import type { Roster } from './roster.ts';
import type { Hello, HelloAck, Member as MemberEntry } from '#posiv-wit/generated/p2p/admission.ts';

export interface AdmissionComponents {
  roster: Roster;
  readiness: Readiness;
}

export interface AdmissionInit {
  /** What this node says of itself; the roster is added. */
  self(): Omit<Hello, 'roster'>;
  /** The living connection with a peer. */
  connected(id: NodeId): Pick<Link, 'hello' | 'relay'> | undefined;
  /** These entries of the roster are new, or say something new. */
  onMembers(ids: readonly NodeId[]): void;
}

/** Says who may join, and which of two connections with one peer stays. */
export class Admission implements AdmissionDesk {
  readonly #roster: Roster;
  readonly #readiness: Readiness;
  readonly #init: AdmissionInit;
  /** One handshake at most with each peer. */
  readonly #handshakes = new Map<NodeId, Handshake>();
  /** The process that last used a key, of those seen since this node started. */
  readonly #sessions = new Map<NodeId, Pick<Hello, 'session' | 'incarnation'>>();

  constructor({ roster, readiness }: AdmissionComponents, init: AdmissionInit) {
    this.#roster = roster;
    this.#readiness = readiness;
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

  helloAck(): HelloAck {
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
    this.#init.onMembers(changed);
    await this.#roster.save();
  }

  acknowledged(id: NodeId, ack: HelloAck): void {
    checkHelloAck(ack, this.#roster.self);
    const changed = this.#roster.merge(ack.roster);
    this.#roster.acknowledged(id);
    if (ack.settled) this.#readiness.settledAck();
    this.#init.onMembers(changed);
    this.#readiness.evaluate();
  }

  /** One key is one process at a time, and each start of it counts. */
  #checkLife(hello: Hello, { channel }: Handshake): void {
    const link = this.#init.connected(hello.id);
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
