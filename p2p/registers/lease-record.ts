import { readLease, writeLease, type Lease } from '#posiv-wit/generated/p2p/registers.ts';
import { decode, encode } from '../wire-format.ts';
import type { Register } from './register-state.ts';

/** Of the difference between what two clocks take for the same time: one per cent, where crystals have .01. */
export const CLOCK_DRIFT = 0.01;

/** What the keys of all leases begin with. */
export const LEASES = 'lease/';

/** The register that a node's lease stands in. */
export function leaseKey(node: string): string {
  return LEASES + node;
}

export function encodeLease(lease: Lease): Uint8Array {
  return encode(writeLease, lease);
}

/** The lease in a register; undefined if there never was one. */
export function leaseIn({ value }: Register): Lease | undefined {
  return value === undefined ? undefined : decode(readLease, value);
}
