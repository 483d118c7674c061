import type { Clock, NodeId } from './components.ts';
import type { Peers } from './peer.ts';

export interface AbsencesComponents {
  readonly peers: Peers;
  readonly clock: Clock;
}

/** Since when members cannot be reached. What one that is gone for long has is brought to others, and back where it comes. */
export class Absences {
  readonly #peers: Peers;
  readonly #clock: Clock;
  readonly #goneMs: number;
  readonly #since = new Map<NodeId, number>();

  /** @param goneMs after how long without a member its part is given to others: longer than a restart takes */
  constructor({ peers, clock }: AbsencesComponents, goneMs: number) {
    this.#peers = peers;
    this.#clock = clock;
    this.#goneMs = goneMs;
  }

  /** To be called every few seconds. */
  look(): void {
    const now = this.#clock.now();
    for (const node of this.#peers.others()) {
      if (this.#peers.reachable(node)) this.#since.delete(node);
      else if (!this.#since.has(node)) this.#since.set(node, now);
    }
  }

  /**
   * The members that are not gone, this one included.
   * @throws {unreachable} while the roster is not known
   */
  living(): readonly NodeId[] {
    const now = this.#clock.now();
    return this.#peers
      .roster()
      .filter((node) => now - (this.#since.get(node) ?? now) < this.#goneMs);
  }
}
