// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';

/** Asks for a pong. */
export interface Ping {
  readonly sequence: number;
}

export function writePing(w: ValueWriter, v: Ping): void {
  w.u32(v.sequence);
}

export function readPing(r: ValueReader): Ping {
  return { sequence: r.u32() };
}

/** Answers a ping. */
export interface Pong {
  /** That of the ping. */
  readonly sequence: number;
}

export function writePong(w: ValueWriter, v: Pong): void {
  w.u32(v.sequence);
}

export function readPong(r: ValueReader): Pong {
  return { sequence: r.u32() };
}

