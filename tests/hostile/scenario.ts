import type { Attacker } from './attacker.ts';

/** One thing that a hostile guest tries, and what containing it means. */
export interface Scenario {
  readonly name: string;
  /** What it tries, for people. */
  readonly tries: string;
  /** Milliseconds that containing it may take. */
  readonly withinMs: number;
  /**
   * Milliseconds that its neighbours may wait longer than when it is quiet, at the 99th percentile, where it is known to
   * be more than the bound for all. Says why.
   */
  readonly slower?: { readonly ms: number; readonly because: string };
  /** Lets it loose. @throws {not-contained} it did what it was to be kept from */
  run(attacker: Attacker): Promise<Containment>;
}

export interface Containment {
  /** From when it was to be contained until it was: from the kill to its confirmation, from the start to the refusal. */
  readonly ms: number;
  /** How it ended, or what it was told. */
  readonly reason: string;
  /** Which part of it took longer than such a part may, where the whole may take longer than each. */
  readonly late?: string | undefined;
}

/** A guest did what it was to be kept from. */
export class NotContainedError extends Error {
  readonly code = 'not-contained';
}
