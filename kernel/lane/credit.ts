import { VtidMap } from '#kernel/vtid-map.ts';
import type { CreditFrame } from '#posiv-wit/generated/wire.ts';

interface Balance {
  readonly target: string;
  readonly identity: string;
  bytes: number;
  readonly straight: boolean;
}

/** The messages that one vTask may send to others without waiting: there is room for them already (`KeptRoom`). */
export class Credit {
  readonly #byTarget = new VtidMap<Balance>();

  add({ target, identity, bytes }: CreditFrame, straight = false): void {
    const credit = this.#byTarget.get(target);
    if (credit?.identity === identity) credit.bytes += bytes;
    else this.#byTarget.set(target, { target, identity, bytes, straight });
  }

  /** Whether it was given by another lane of the same cell, without the node. */
  isStraight(target: string): boolean {
    return this.#byTarget.get(target)?.straight === true;
  }

  /** Whether a message of so many bytes may be sent; then it is paid for. */
  pays(target: string, identity: string, bytes: number): boolean {
    const credit = this.#byTarget.get(target);
    if (!credit || credit.bytes < bytes || credit.identity !== identity) return false;
    credit.bytes -= bytes;
    return true;
  }

  drop(target: string): void {
    this.#byTarget.delete(target);
  }

  /** Those with whom there is any. */
  targets(): readonly string[] {
    return this.#byTarget.values().map(({ target }) => target);
  }
}
