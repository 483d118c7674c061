// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';

/** Kinds on `/vstar/wire/0.1.0`, of which a node has one to each other node. A body has at most 2 MiB and 4 KiB. */
export type WireKind =
  /** `admission.hello` */
  | 'hello'
  /** `admission.hello-ack` */
  | 'hello-ack'
  /** `admission.refusal` */
  | 'refusal'
  /** `heartbeat.ping` */
  | 'ping'
  /** `heartbeat.pong` */
  | 'pong'
  /** `registry.registry-message` */
  | 'registry'
  /** Bytes of the kernel, never read here. */
  | 'kernel'
  /** `registers.register-frame` */
  | 'registers'
  /** `membership.packet` */
  | 'membership';

export const WIRE_KIND_CASES: readonly WireKind[] = ['hello', 'hello-ack', 'refusal', 'ping', 'pong', 'registry', 'kernel', 'registers', 'membership'];

export function wireKindTag(v: WireKind): number {
  switch (v) {
    case 'hello':
      return 0;
    case 'hello-ack':
      return 1;
    case 'refusal':
      return 2;
    case 'ping':
      return 3;
    case 'pong':
      return 4;
    case 'registry':
      return 5;
    case 'kernel':
      return 6;
    case 'registers':
      return 7;
    case 'membership':
      return 8;
    default:
      return unknownCase('WireKind', v satisfies never);
  }
}

export function writeWireKind(w: ValueWriter, v: WireKind): void {
  w.u8(wireKindTag(v));
}

export function readWireKind(r: ValueReader): WireKind {
  return WIRE_KIND_CASES[r.tag(9)] as WireKind;
}

/**
 * Kinds on `/vstar/bulk/0.1.0`, a connection of its own on which the one that dialled pulls. A body has at most 64 KiB
 * and 4 KiB.
 */
export type BulkKind =
  /** `bulk.pull-request` */
  | 'request'
  /** `bulk.pull-opened` */
  | 'opened'
  /** `bulk.pull-chunk` */
  | 'chunk'
  /** `bulk.pull-credit` */
  | 'credit'
  /** `bulk.pull-failed` */
  | 'failed'
  /** `bulk.pull-cancel` */
  | 'cancel';

export const BULK_KIND_CASES: readonly BulkKind[] = ['request', 'opened', 'chunk', 'credit', 'failed', 'cancel'];

export function bulkKindTag(v: BulkKind): number {
  switch (v) {
    case 'request':
      return 0;
    case 'opened':
      return 1;
    case 'chunk':
      return 2;
    case 'credit':
      return 3;
    case 'failed':
      return 4;
    case 'cancel':
      return 5;
    default:
      return unknownCase('BulkKind', v satisfies never);
  }
}

export function writeBulkKind(w: ValueWriter, v: BulkKind): void {
  w.u8(bulkKindTag(v));
}

export function readBulkKind(r: ValueReader): BulkKind {
  return BULK_KIND_CASES[r.tag(6)] as BulkKind;
}

