// The first six are those of `posiv:vstore/types`, by the same names; store-error.ts holds the two together.

abstract class VStoreError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** No path, blob, chunk or file of this name. */
export class NotFoundError extends VStoreError {
  readonly code = 'not-found';
}

/** The arguments are out of range or not allowed. */
export class RefusedError extends VStoreError {
  readonly code = 'refused';
}

/** A node that is needed cannot be reached, or is not ready. Trying again later may help. */
export class UnreachableError extends VStoreError {
  readonly code = 'unreachable';
}

/** Bytes are not those that were stored. */
export class CorruptError extends VStoreError {
  readonly code = 'corrupt';
}

/** The disk is full, or would be with less than the reserve free. */
export class FullError extends VStoreError {
  readonly code = 'full';
}

/** A limit of vStore would be passed. */
export class QuotaExceededError extends VStoreError {
  readonly code = 'quota-exceeded';
}

/** Another process uses the data folder. */
export class FolderInUseError extends VStoreError {
  readonly code = 'folder-in-use';
}

/** A journal is damaged before its end, where no crash can have done it. */
export class JournalCorruptError extends VStoreError {
  readonly code = 'journal-corrupt';
  /** Of the first record that is damaged, in bytes from the start of the file. */
  readonly offset: number;

  constructor(path: string, offset: number, ifDamaged: string) {
    super(
      `journal ${path} is damaged at byte ${offset}, with sound records after it: the disk lost what it had acknowledged. ` +
        ifDamaged,
    );
    this.offset = offset;
  }
}

/** A file is no journal, or one of a version that this program does not read. */
export class JournalFormatError extends VStoreError {
  readonly code = 'journal-format';
}

/** A write to a journal failed so that nobody knows what is on disk: it takes nothing more until it is opened again. */
export class JournalBrokenError extends VStoreError {
  readonly code = 'journal-broken';
}

/** The `code` of anything that was thrown. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
