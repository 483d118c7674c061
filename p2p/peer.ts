import type { Link } from './link.ts';
import type { NodeId } from './node-id.ts';
import type { Redialer } from './redialer.ts';

/** What this node holds of one other member. */
export class Peer {
  readonly id: NodeId;
  /** Dials while there is no link. */
  readonly redialer: Redialer;
  link: Link | undefined;
  /** Reached since this node started, or found unreachable. */
  tried = false;
  /** Of the software; empty before the first hello. */
  version = '';
  #heardAt: number;

  constructor(id: NodeId, redialer: Redialer, now: number) {
    this.id = id;
    this.redialer = redialer;
    this.#heardAt = now;
  }

  /** When it was last heard from, or when it was first heard of. */
  get heardAt(): number {
    return this.link?.heardAt ?? this.#heardAt;
  }

  up(link: Link): void {
    this.link = link;
    this.version = link.hello.version;
    this.tried = true;
    this.redialer.stop();
  }

  down(): void {
    this.#heardAt = this.heardAt;
    this.link = undefined;
  }
}
