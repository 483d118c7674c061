import type { Ballot } from '#posiv-wit/generated/p2p/registers.ts';

/** Below every ballot of a proposer. */
export const NO_BALLOT: Ballot = { counter: 0, proposer: '' };

/** So that no sender can use up the counters: a proposer that counted a million a second would need 140 years. */
export const MAX_COUNTER = 2 ** 52;

// Printable ASCII: its order is the same for strings and for bytes.
const PROPOSER = /^[\x21-\x7e]{1,64}$/;

/** Negative if the first is the smaller one. */
export function compareBallots(one: Ballot, other: Ballot): number {
  if (one.counter !== other.counter) return one.counter - other.counter;
  if (one.proposer === other.proposer) return 0;
  return one.proposer < other.proposer ? -1 : 1;
}

export function sameBallot(one: Ballot, other: Ballot): boolean {
  return one.counter === other.counter && one.proposer === other.proposer;
}

export function isProposer(name: string): boolean {
  return PROPOSER.test(name);
}

/** Whether a proposer could have drawn it. */
export function isBallot({ counter, proposer }: Ballot): boolean {
  return counter >= 1 && counter <= MAX_COUNTER && isProposer(proposer);
}
