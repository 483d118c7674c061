import type { ErrorCode } from 'posiv:kernel/types@0.1.0';

/** A system call that was not carried out. Recognise it by `code`, the text is for people. */
export class VStarError extends Error {
  override readonly name = 'VStarError';
  /** The case of the WIT variant: `timeout`, `no-such-task`, `not-found`, ... */
  readonly code: string;

  constructor(code: string, detail?: string) {
    super(detail ? `${code}: ${detail}` : code);
    this.code = code;
  }

  /** From a variant of WIT, as `error-code` or `store-error`. */
  static of(variant: { tag: string; val?: unknown }): VStarError {
    return new VStarError(variant.tag, typeof variant.val === 'string' ? variant.val : undefined);
  }
}

/** Makes a system call: its error variant is thrown as a VStarError. */
export function call<T>(systemCall: () => T): T {
  try {
    return systemCall();
  } catch (thrown) {
    const variant = (thrown as { payload?: ErrorCode }).payload;
    if (typeof variant?.tag !== 'string') throw thrown;
    throw VStarError.of(variant);
  }
}
