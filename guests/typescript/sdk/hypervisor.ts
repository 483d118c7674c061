// The virtual machine of this vTask: what its module imports as 'vstar/hypervisor'. Asks for the grant
// posiv:machine/hypervisor. A module of its own: what an image imports it has to be granted.
import * as kernel from 'posiv:machine/hypervisor@0.1.0';
import type {
  Capability,
  Made,
  Move,
  Offer,
  Snapshot,
  Spec,
  Stats,
} from 'posiv:machine/types@0.1.0';
import { call } from './error.ts';

export type { Capability, Made, Move, Offer, Snapshot, Spec, Stats };

/** Makes the machine. @throws {refused | no-backend | unsupported | full | quota-exceeded | not-ready | failed | store} */
export function create(spec: Spec): Made {
  return call(() => kernel.create(spec));
}

/** What its backend can do with it. @throws {no-machine} */
export function capabilities(): Capability[] {
  return call(() => kernel.capabilities());
}

/** Stops its processors. @throws {no-machine | unsupported | refused | failed} */
export function pause(): void {
  call(() => kernel.pause());
}

/** Lets them go on. @throws {no-machine | unsupported | refused | failed} */
export function resume(): void {
  call(() => kernel.resume());
}

/** Takes it down, with what it needs to go on anywhere. @throws {no-machine | unsupported | failed | store} */
export function suspend(): Snapshot {
  return call(() => kernel.suspend());
}

/** Switches it off; its disk is kept. @throws {no-machine | failed | store} */
export function stop(): Snapshot {
  return call(() => kernel.stop());
}

/** Keeps it as it is at this moment, and lets it go on. @throws {no-machine | refused | failed | store} */
export function takeSnapshot(): Snapshot {
  return call(() => kernel.takeSnapshot());
}

/** Offers it to an agent on another node, who takes it by `migrateIn`. @throws {no-machine | refused} */
export function migrateOut(): Offer {
  return call(() => kernel.migrateOut());
}

/** Takes the machine of another agent over, while it runs. @throws as `create`, and {incompatible} */
export function migrateIn(spec: Spec, offer: Offer): Made {
  return call(() => kernel.migrateIn(spec, offer));
}

/** Lets it go on here after who took it has ended without it. @throws {no-machine | refused | failed} */
export function takeBack(): void {
  call(() => kernel.takeBack());
}

/** Types on its console, at most 64 KiB. @throws {no-machine | refused} */
export function writeConsole(bytes: Uint8Array): void {
  call(() => kernel.writeConsole(bytes));
}

/** What is known of it. @throws {no-machine | failed} */
export function stats(): Stats {
  return call(() => kernel.stats());
}
