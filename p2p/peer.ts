import type { Link } from './link.ts';
import type { NodeId } from './node-id.ts';
import type { Channel } from './channel.ts';
import type { Redialer } from './redialer.ts';
import { Traffic, type LinkFigures } from './traffic.ts';

const NONE = new Traffic();

// Before a member is dialled by way of others, too: a firewall that says nothing takes seconds to give up.
export const DIRECTLY_FIRST_MS = 1_000;

/** What dials a member. */
export interface MemberDialling {
  /** At its own addresses, until there is a connection without a relay in between. */
  readonly direct: Redialer;
  /** By way of other members, until there is a connection. */
  readonly relayed: Redialer;
}

/** What this node holds of one other member. */
export class Peer {
  readonly id: NodeId;
  readonly #dialling: MemberDialling;
  link: Link | undefined;
  /** Reached since this node started, or found unreachable. */
  tried = false;
  /** Of the software; empty before the first hello. */
  version = '';
  #connections = 0;
  /** Over the connections that have ended. */
  readonly #past = new Traffic();
  #heardAt: number;
  #directlyFirstMs = DIRECTLY_FIRST_MS;

  constructor(id: NodeId, dialling: MemberDialling, now: number) {
    this.id = id;
    this.#dialling = dialling;
    this.#heardAt = now;
  }

  /** When it was last heard from, or when it was first heard of. */
  get heardAt(): number {
    return this.link?.heardAt ?? this.#heardAt;
  }

  /** Whether a connection with it is new, or better than the one that there is. */
  mayTake({ relay }: Pick<Channel, 'relay'>): boolean {
    return this.link === undefined || (this.link.relay !== undefined && relay === undefined);
  }

  /**
   * Until there is a connection.
   * @param relayed whether by way of others, too
   * @param afterMs for one that is likely to dial this node
   */
  dial(relayed: boolean, afterMs = 0): void {
    this.#dialling.direct.start(afterMs);
    if (relayed) this.#dialling.relayed.start(this.#directlyFirstMs);
  }

  stopDialling(): void {
    this.#dialling.direct.stop();
    this.#dialling.relayed.stop();
  }

  /** Goes on without a relay. */
  moveTo(channel: Channel): void {
    this.#connections += 1;
    this.link?.moveTo(channel);
    this.stopDialling();
  }

  /** What is known of the connections with it. */
  readonly figures = (): LinkFigures => ({
    connections: this.#connections,
    queuedBytes: this.link?.queuedBytes ?? 0,
    traffic: new Traffic().add(this.#past).add(this.link?.traffic ?? NONE),
  });

  /** When it was last heard from; undefined while it was not. */
  get lastHeardAt(): number | undefined {
    return this.version === '' ? undefined : this.heardAt;
  }

  up(link: Link): void {
    this.#connections += 1;
    this.link = link;
    this.version = link.hello.version;
    this.tried = true;
    this.#dialling.relayed.stop();
    if (link.relay === undefined) this.#dialling.direct.stop();
    else this.#dialling.direct.start();
  }

  down(): void {
    this.#heardAt = this.heardAt;
    this.#directlyFirstMs = this.link?.relay === undefined ? DIRECTLY_FIRST_MS : 0;
    if (this.link) this.#past.add(this.link.traffic);
    this.link = undefined;
    this.#dialling.direct.stop(); // its pauses may have grown long while there was a relay
  }
}
