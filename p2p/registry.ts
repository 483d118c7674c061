import { InvalidRecordError, RecordTooLargeError } from './errors.ts';
import { isNodeName } from './hello.ts';
import { encode, MAX_KERNEL_FRAME_BYTES } from './wire-format.ts';
import { writeRecordUpdate, type NodeRecord } from '#posiv-wit/generated/p2p/registry.ts';

export type { NodeRecord };

const MAX_NAMED = 8_192; // vTasks with a name in one node's record
const MAX_VTASK_NAME_LENGTH = 256;
const MAX_VTID_LENGTH = 128; // posiv:kernel/types

/** This node's own record, ready to be sent. */
export class OwnRecord {
  #version = 0;
  #body: Uint8Array | undefined;
  #record: NodeRecord | undefined;

  /** Grows with each `publish`; 0 while there is none. */
  get version(): number {
    return this.#version;
  }

  get record(): NodeRecord | undefined {
    return this.#record;
  }

  /** The body of the frame that tells it. */
  get body(): Uint8Array | undefined {
    return this.#body;
  }

  /** @throws {record-too-large} {invalid-record} and keeps the one before */
  publish(record: NodeRecord): void {
    if (record.named.length > MAX_NAMED)
      throw new RecordTooLargeError('named vTasks', record.named.length, MAX_NAMED);
    checkRecord(record); // the others would cut this node off
    const body = encode(writeRecordUpdate, { version: this.#version + 1, record });
    if (body.length > MAX_KERNEL_FRAME_BYTES)
      throw new RecordTooLargeError('bytes', body.length, MAX_KERNEL_FRAME_BYTES);
    this.#version++;
    this.#body = body;
    this.#record = record;
  }
}

/** @throws {invalid-record} */
export function checkRecord(record: NodeRecord): void {
  if (!isNodeName(record.name))
    throw new InvalidRecordError("a record's name is empty, too long or not printable");
  if (record.named.length > MAX_NAMED)
    throw new InvalidRecordError(`a record with ${record.named.length} named vTasks`);
  for (const { name, vtid } of record.named) {
    if (name.length > MAX_VTASK_NAME_LENGTH || vtid.length > MAX_VTID_LENGTH) {
      throw new InvalidRecordError('a named vTask whose name or vtid is too long');
    }
  }
}
