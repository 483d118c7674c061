// oxlint-disable-next-line import/no-unassigned-import -- cborg makes a TextEncoder as it is loaded
import './globals.ts';
import { decode as decodeCbor, encode as encodeCbor } from 'cborg';

/** What can be sent: what CBOR has a form for. Keys of records are text. */
export type Value =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Value[]
  | { [key: string]: Value };

/** The payload of a value (RFC 8949). */
export function encode(value: unknown): Uint8Array {
  return encodeCbor(value);
}

/** The value of a payload; nothing at all stands for `undefined`. */
export function decode(payload: Uint8Array): unknown {
  return payload.length === 0 ? undefined : decodeCbor(payload);
}
