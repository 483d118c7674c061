// The virtual machine of this vTask: what its module imports as 'vstar/hypervisor'. Asks for the grant
// posiv:machine/hypervisor. A module of its own: what an image imports it has to be granted.
import * as kernel from 'posiv:machine/hypervisor@0.1.0';
import type { Snapshot, Spec, Stats } from 'posiv:machine/types@0.1.0';
import { call } from './error.ts';

export type { Snapshot, Spec, Stats };

/** Makes the machine. @throws {refused | no-backend | full | quota-exceeded | not-ready | failed | store} */
export function create(spec: Spec): Stats {
  return call(() => kernel.create(spec));
}

/** Stops its processors. @throws {no-machine | refused | failed} */
export function pause(): void {
  call(() => kernel.pause());
}

/** Lets them go on. @throws {no-machine | refused | failed} */
export function resume(): void {
  call(() => kernel.resume());
}

/** Takes it down, with what it needs to go on anywhere. @throws {no-machine | failed | store} */
export function suspend(): Snapshot {
  return call(() => kernel.suspend());
}

/** Switches it off; its disk is kept. @throws {no-machine | failed | store} */
export function stop(): Snapshot {
  return call(() => kernel.stop());
}

/** Types on its console, at most 64 KiB. @throws {no-machine | refused} */
export function writeConsole(bytes: Uint8Array): void {
  call(() => kernel.writeConsole(bytes));
}

/** What is known of it. @throws {no-machine | failed} */
export function stats(): Stats {
  return call(() => kernel.stats());
}
