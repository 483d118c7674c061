import type { NodeId } from '../node-id.ts';
import type { Statement } from '#posiv-wit/generated/p2p/membership.ts';

/** What this node says of itself. It alone raises its counts. */
export class OwnStanding {
  readonly id: NodeId;
  readonly incarnation: number;
  #refutations = 0;
  #left = false;

  constructor(id: NodeId, incarnation: number) {
    this.id = id;
    this.incarnation = incarnation;
  }

  get refutations(): number {
    return this.#refutations;
  }

  get left(): boolean {
    return this.#left;
  }

  leave(): void {
    this.#left = true;
  }

  /**
   * Answers what others say of this node.
   * @returns whether it was wrong, so that the statement which now holds must be spread
   */
  refute({ incarnation, refutations, standing }: Statement): boolean {
    if (this.#left || incarnation !== this.incarnation) return false;
    if (refutations < this.#refutations) return false; // refuted before
    if (standing.tag === 'alive' && refutations === this.#refutations) return false;
    this.#refutations = refutations + 1;
    return true;
  }

  statement(): Statement {
    const { id: node, incarnation, refutations } = this;
    return { node, incarnation, refutations, standing: { tag: this.#left ? 'left' : 'alive' } };
  }
}
