import type { NodeId } from '../node-id.ts';
import type { ProberComponents } from './prober.ts';

const ROUNDS = 3; // a lost packet is no reason to stay

/** Tells every living member that this node goes, and waits a little for them to have heard it. */
export class Leaving {
  readonly #components: ProberComponents;
  readonly #waiting = new Map<number, NodeId>();
  readonly #done = Promise.withResolvers<void>();
  #round = 0;

  /** Begins. What is sent must say that this node has left. */
  constructor(components: ProberComponents) {
    this.#components = components;
    const { members, nextSequence } = components;
    for (const { id, living } of members.all()) if (living) this.#waiting.set(nextSequence(), id);
    this.#tell();
  }

  /** All have heard it, or have had the time to. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  acked(from: NodeId, sequence: number): boolean {
    if (this.#waiting.get(sequence) !== from) return false;
    this.#answered(sequence);
    return true;
  }

  /** A member can hear nothing more: it leaves too, as when a whole cluster is stopped. */
  gone(node: NodeId): void {
    for (const [sequence, id] of this.#waiting) if (id === node) this.#answered(sequence);
  }

  close(): void {
    this.#done.resolve();
  }

  #answered(sequence: number): void {
    this.#waiting.delete(sequence);
    if (this.#waiting.size === 0) this.#done.resolve();
  }

  #tell(): void {
    const { parameters, send, timers } = this.#components;
    if (this.#waiting.size === 0 || this.#round++ === ROUNDS) {
      this.#done.resolve();
      return;
    }
    for (const [sequence, id] of this.#waiting) send(id, { tag: 'probe', val: sequence });
    timers.after(parameters.probeMs, () => this.#tell());
  }
}
