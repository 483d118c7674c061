/** Bytes that encode no value of the type asked for, or a value that the type does not have. */
export class CodecError extends Error {
  readonly code = 'malformed-value';

  constructor(what: string) {
    super(`malformed value: ${what}`);
    this.name = 'CodecError';
  }
}

/**
 * For the branch of a writer that no value of the type reaches.
 * @throws {malformed-value}
 */
export function unknownCase(type: string, value: unknown): never {
  throw new CodecError(`${String(value)} is no case of ${type}`);
}
