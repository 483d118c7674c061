import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

const MAX_IDENTITIES = 256; // of one kind and vTask: a table, not a store
const MAX_IDENTITY_BYTES = 128;

/** True for 1 to 128 bytes of UTF-8. */
export function isIdentity(text: string): boolean {
  if (text.length === 0 || text.length > MAX_IDENTITY_BYTES) return false;
  return text.length * 3 <= MAX_IDENTITY_BYTES || Buffer.byteLength(text) <= MAX_IDENTITY_BYTES;
}

/** The identities that a vTask answers to, of requests or of messages. */
export class Identities {
  #names: Set<string> | undefined;

  get size(): number {
    return this.#names?.size ?? 0;
  }

  has(identity: string): boolean {
    return this.#names?.has(identity) ?? false;
  }

  register(identity: string): Result<undefined, ErrorCode> {
    if (!isIdentity(identity))
      return refused(`an identity has 1 to ${MAX_IDENTITY_BYTES} bytes, '${identity}' has not`);
    if (this.has(identity)) return refused(`'${identity}' is registered already`);
    if (this.size >= MAX_IDENTITIES)
      return refused(`more than ${MAX_IDENTITIES} identities; register fewer`);
    (this.#names ??= new Set()).add(identity);
    return ok(undefined);
  }
}

function refused(val: string): Result<never, ErrorCode> {
  return err({ tag: 'refused', val });
}
