// oxlint-disable-next-line import/no-unassigned-import -- cborg makes a TextEncoder as it is loaded
import './globals.ts';
import { decode as decodeAny, encode as encodeAny } from 'cborg';
import { CborReader } from './cbor-reader.ts';
import { CborWriter, UNUSUAL } from './cbor-writer.ts';

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

/** The payload of a value (RFC 8949). What is not plain is left to cborg, which takes an interpreter several times as long. */
export function encode(value: unknown): Uint8Array {
  try {
    return new CborWriter().write(value);
  } catch (error) {
    if (error !== UNUSUAL) throw error;
    return encodeAny(value);
  }
}

/** The value of a payload; nothing at all stands for `undefined`. What is malformed cborg finds out. */
export function decode(payload: Uint8Array): unknown {
  if (payload.length === 0) return undefined;
  try {
    return new CborReader(payload).read();
  } catch (error) {
    if (error !== UNUSUAL) throw error;
    return decodeAny(payload);
  }
}
