import type { HostBinding } from '#wasm-abi/load.ts';

type Calls = Record<string, (...params: never[]) => unknown>;

const FAMILY = {};

/** A host whose functions go by whom the instance is for at the time. */
export class FamilyHost implements HostBinding {
  readonly family = FAMILY;
  readonly calls: Calls;

  constructor(calls: Calls = {}) {
    this.calls = calls;
  }

  resolve: HostBinding['resolve'] = ({ method }, owner) => ({
    call: (...params: never[]) => (owner.host as FamilyHost).calls[method]!(...params),
    suspends: true,
  });

  write(): void {}
}
