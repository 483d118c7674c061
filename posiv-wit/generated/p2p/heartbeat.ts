// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';

/** Asks for a pong. */
export interface Ping {
  readonly sequence: number;
  /** Of the sender's newest registry record; 0 while it has none. */
  readonly recordVersion: number;
}

export function writePing(w: ValueWriter, v: Ping): void {
  w.u32(v.sequence);
  w.u64(v.recordVersion);
}

export function readPing(r: ValueReader): Ping {
  return { sequence: r.u32(), recordVersion: r.u64() };
}

/** Answers a ping. */
export interface Pong {
  /** That of the ping. */
  readonly sequence: number;
  /** Of the newest registry record that came from the sender of the ping; 0 while there is none. */
  readonly recordVersion: number;
}

export function writePong(w: ValueWriter, v: Pong): void {
  w.u32(v.sequence);
  w.u64(v.recordVersion);
}

export function readPong(r: ValueReader): Pong {
  return { sequence: r.u32(), recordVersion: r.u64() };
}

