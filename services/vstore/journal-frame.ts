import { crc32 } from 'node:zlib';
import { JournalFormatError } from './errors.ts';

// A journal is a header and frames. A frame is what was written and synced at once, so that only the last one can be torn:
//   header: "VSTARLOG", version u32, salt u32, crc32 u32 of the 16 bytes before
//   frame:  length u32, crc32 u32 (begun with the salt, over the length and the body), body
//   body:   records, each with its length as u32 before it
// All numbers are little-endian. The salt is random: who chooses what is in a record cannot make it look like a frame.

const MAGIC = Buffer.from('VSTARLOG');
const VERSION = 1;
export const HEADER_BYTES = 20;
const PREFIX_BYTES = 8; // of a frame: length and crc32
const LENGTH_BYTES = 4; // of a record
/** Larger ones are refused, so a damaged length is not believed. */
export const MAX_RECORD_BYTES = 1_048_576;
/** A frame takes no more records beyond this. */
export const FRAME_TARGET_BYTES = 262_144;
export const MAX_BODY_BYTES = FRAME_TARGET_BYTES + LENGTH_BYTES + MAX_RECORD_BYTES;

export function makeHeader(salt: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(VERSION, 8);
  header.writeUInt32LE(salt, 12);
  header.writeUInt32LE(crc32(header.subarray(0, 16)), 16);
  return header;
}

/**
 * The salt.
 * @throws {journal-format}
 */
export function readHeader(path: string, header: Buffer): number {
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new JournalFormatError(`${path} is no journal of vStarCloud: it begins with other bytes`);
  }
  const version = header.readUInt32LE(8);
  if (version !== VERSION) {
    throw new JournalFormatError(
      `journal ${path} has version ${version}, this program reads version ${VERSION}: use the program that wrote it`,
    );
  }
  if (crc32(header.subarray(0, 16)) !== header.readUInt32LE(16)) {
    throw new JournalFormatError(
      `the header of journal ${path} is damaged: restore it from a copy`,
    );
  }
  return header.readUInt32LE(12);
}

/** What a record adds to the body of its frame. */
export function bytesInBody(record: Uint8Array): number {
  return LENGTH_BYTES + record.length;
}

export function makeFrame(salt: number, records: readonly Uint8Array[]): Buffer {
  const length = records.reduce((sum, record) => sum + bytesInBody(record), 0);
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + length);
  frame.writeUInt32LE(length, 0);
  let at = PREFIX_BYTES;
  for (const record of records) {
    frame.writeUInt32LE(record.length, at);
    frame.set(record, at + LENGTH_BYTES);
    at += LENGTH_BYTES + record.length;
  }
  frame.writeUInt32LE(checksum(salt, frame, length), 4);
  return frame;
}

/** How many bytes the frame would take that begins here; undefined where none can. */
export function frameLength(bytes: Buffer): number | undefined {
  if (bytes.length < PREFIX_BYTES) return undefined;
  const length = bytes.readUInt32LE(0);
  return length >= LENGTH_BYTES && length <= MAX_BODY_BYTES ? PREFIX_BYTES + length : undefined;
}

/** The records of a frame of which all bytes are there; undefined where it is damaged. */
export function readFrame(salt: number, frame: Buffer): Buffer[] | undefined {
  const length = frame.length - PREFIX_BYTES;
  if (frame.readUInt32LE(4) !== checksum(salt, frame, length)) return undefined;
  const records: Buffer[] = [];
  let at = PREFIX_BYTES;
  while (at < frame.length) {
    const end = at + LENGTH_BYTES + frame.readUInt32LE(at);
    records.push(frame.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return records;
}

function checksum(salt: number, frame: Buffer, length: number): number {
  const ofLength = crc32(frame.subarray(0, 4), salt);
  return crc32(frame.subarray(PREFIX_BYTES, PREFIX_BYTES + length), ofLength);
}
