import type { Ballot, RegisterState } from '#posiv-wit/generated/p2p/registers.ts';
import { sizeOf } from './register-state.ts';

const MAX_KEPT_BYTES = 16 * 1024 * 1024;

/** A quorum has promised the ballot and has nothing newer than the state. */
export interface Opening {
  readonly ballot: Ballot;
  readonly state: RegisterState;
}

/**
 * The ballots of one proposer, each used once, and those of them that were promised for a register's next change: with one
 * of these a change takes one round instead of two.
 */
export class Openings {
  readonly #proposer: string;
  readonly #kept = new Map<string, Opening>(); // the one kept longest first
  #counter = 0;
  #bytes = 0;

  constructor(proposer: string) {
    this.#proposer = proposer;
  }

  /** A ballot greater than all that were drawn and observed. */
  draw(): Ballot {
    this.#counter += 1;
    return { counter: this.#counter, proposer: this.#proposer };
  }

  /** Another proposer has drawn it. */
  observe({ counter }: Ballot): void {
    if (counter > this.#counter) this.#counter = counter;
  }

  keep(key: string, opening: Opening): void {
    this.take(key);
    this.#kept.set(key, opening);
    this.#bytes += bytesOf(key, opening);
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= MAX_KEPT_BYTES) break;
      this.take(oldest);
    }
  }

  /** What was kept for the register, which is used up by that. */
  take(key: string): Opening | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#kept.delete(key);
    this.#bytes -= bytesOf(key, kept);
    return kept;
  }

  /** Forgets all that was kept: it was promised by the acceptors of an old configuration. */
  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }
}

function bytesOf(key: string, { ballot, state }: Opening): number {
  return sizeOf(key, { ballot, state });
}
