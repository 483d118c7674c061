// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';

/** One end of a circuit. */
export interface CircuitEnd {
  /** Names the circuit: 16 random bytes of whoever asks for it. */
  readonly circuit: Uint8Array;
  /** The other end. */
  readonly node: string;
}

export function writeCircuitEnd(w: ValueWriter, v: CircuitEnd): void {
  w.bytes(v.circuit);
  w.string(v.node);
}

export function readCircuitEnd(r: ValueReader): CircuitEnd {
  return { circuit: r.bytes(), node: r.string() };
}

/** There will be no such circuit. */
export interface CircuitRefusal {
  readonly circuit: Uint8Array;
  /** Stable, lower case with hyphens, at most 64 characters. */
  readonly code: string;
}

export function writeCircuitRefusal(w: ValueWriter, v: CircuitRefusal): void {
  w.bytes(v.circuit);
  w.string(v.code);
}

export function readCircuitRefusal(r: ValueReader): CircuitRefusal {
  return { circuit: r.bytes(), code: r.string() };
}

/**
 * What is said of a circuit between a relay and its ends. Of a relay and an end the one that dialled the connection between
 * them dials the leg, too, since the other may not be able to.
 */
export type RelayMessage =
  /** To a relay: join the sender with that node. */
  | { readonly tag: 'ask'; readonly val: CircuitEnd }
  /** To the node: that one asks for it. */
  | { readonly tag: 'offer'; readonly val: CircuitEnd }
  /** The sender waits for the receiver's leg. */
  | { readonly tag: 'ready'; readonly val: Uint8Array }
  | { readonly tag: 'refused'; readonly val: CircuitRefusal };

export function writeRelayMessage(w: ValueWriter, v: RelayMessage): void {
  switch (v.tag) {
    case 'ask': {
      w.u8(0);
      writeCircuitEnd(w, v.val);
      break;
    }
    case 'offer': {
      w.u8(1);
      writeCircuitEnd(w, v.val);
      break;
    }
    case 'ready': {
      w.u8(2);
      w.bytes(v.val);
      break;
    }
    case 'refused': {
      w.u8(3);
      writeCircuitRefusal(w, v.val);
      break;
    }
    default:
      unknownCase('RelayMessage', v satisfies never);
  }
}

export function readRelayMessage(r: ValueReader): RelayMessage {
  const tag1 = r.tag(4);
  switch (tag1) {
    case 0: {
      return { tag: 'ask', val: readCircuitEnd(r) };
    }
    case 1: {
      return { tag: 'offer', val: readCircuitEnd(r) };
    }
    case 2: {
      return { tag: 'ready', val: r.bytes() };
    }
    case 3: {
      return { tag: 'refused', val: readCircuitRefusal(r) };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

