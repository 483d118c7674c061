import { Reader } from '#posiv-wit/codec/reader.ts';
import { describe } from '../errors.ts';
import { AdmissionFileError } from './errors.ts';
import { decode } from '../wire-format.ts';

/** What a node keeps of its admission: a file each. */
export type AdmissionFile = 'membership' | 'root-key' | 'tickets' | 'revocations';

export interface AdmissionStore {
  /** Undefined where there is none. */
  load(file: AdmissionFile): Promise<Uint8Array | undefined>;
  /** For its owner's eyes alone, and durable when it resolves. */
  save(file: AdmissionFile, bytes: Uint8Array): Promise<void>;
}

/**
 * Reads a file that begins with the number of its format.
 * @throws {admission-file} it is damaged, or of another format
 */
export function readFormat<T>(
  file: AdmissionFile,
  format: number,
  read: (reader: Reader) => T,
  bytes: Uint8Array | undefined,
): T | undefined {
  if (bytes === undefined) return undefined;
  let found: number;
  try {
    found = new Reader(bytes).u32();
    if (found === format) return decode(read, bytes);
  } catch (cause) {
    throw new AdmissionFileError(file, `it is damaged (${describe(cause)}): restore it`, cause);
  }
  throw new AdmissionFileError(file, `it has format ${found}: start the version that wrote it`);
}
