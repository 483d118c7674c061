import { RegisterRefusedError } from './errors.ts';
import { isKey, MAX_VALUE_BYTES, type Register } from './register-state.ts';

export type Outcome =
  /**
   * `written` says whether the change was made, or left the register as it is. `mark` is that of the change which made the
   * register what it was found to be, where acceptors have told: no two changes have the same.
   */
  | {
      readonly tag: 'ok';
      readonly register: Register;
      readonly written: boolean;
      readonly mark?: Uint8Array | undefined;
    }
  /** No quorum in time. The register was not changed. */
  | { readonly tag: 'unavailable' }
  /** This life of the node is over, as a quorum knows. The register was not changed, and will not be. */
  | { readonly tag: 'fenced' }
  /** Broken off after it may have been accepted: the change may have been made, or may be made later. */
  | { readonly tag: 'unknown' };

/** What a change makes of a register: a new value, or undefined to leave it as it is. It may be asked several times. */
export type Decide = (register: Register) => { readonly value: Uint8Array | undefined } | undefined;

/** @throws {register-refused} */
export function assertKey(key: string): void {
  if (isKey(key)) return;
  throw new RegisterRefusedError(
    `'${key}' is no key of a register: give 1 to 1,024 bytes of UTF-8`,
  );
}

/** @throws {register-refused} */
export function assertValue(value: Uint8Array | undefined): void {
  if (value === undefined || value.length <= MAX_VALUE_BYTES) return;
  throw new RegisterRefusedError(
    `a value of ${value.length} bytes: a register holds ${MAX_VALUE_BYTES}; put it into vStore, and its blob-id here`,
  );
}
