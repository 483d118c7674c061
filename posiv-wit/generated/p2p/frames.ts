// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';

/** Kinds on `/vstar/wire/0.1.0`, of which a node has one to each other node. A body has at most 2 MiB and 4 KiB. */
export type WireKind =
  /** `admission.greeting`: begins with the protocol in every version. */
  | 'greeting'
  /** `admission.hello` */
  | 'hello'
  /** `admission.refusal`: has this number in every version. */
  | 'refusal'
  /** `admission.hello-ack` */
  | 'hello-ack'
  /** `admission.admitted` */
  | 'admitted'
  /** `admission.revocation-list` */
  | 'revocations'
  /** `admission.redeem-request` */
  | 'redeem'
  /** `admission.redeem-answer` */
  | 'redeemed'
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
  | 'membership'
  /** `relay.relay-message` */
  | 'relay'
  /** Nothing more comes here: the sender goes on with a better connection. Without a body. */
  | 'moved'
  /** `admission.introduction` */
  | 'introduction';

export const WIRE_KIND_CASES: readonly WireKind[] = ['greeting', 'hello', 'refusal', 'hello-ack', 'admitted', 'revocations', 'redeem', 'redeemed', 'ping', 'pong', 'registry', 'kernel', 'registers', 'membership', 'relay', 'moved', 'introduction'];

export function wireKindTag(v: WireKind): number {
  switch (v) {
    case 'greeting':
      return 0;
    case 'hello':
      return 1;
    case 'refusal':
      return 2;
    case 'hello-ack':
      return 3;
    case 'admitted':
      return 4;
    case 'revocations':
      return 5;
    case 'redeem':
      return 6;
    case 'redeemed':
      return 7;
    case 'ping':
      return 8;
    case 'pong':
      return 9;
    case 'registry':
      return 10;
    case 'kernel':
      return 11;
    case 'registers':
      return 12;
    case 'membership':
      return 13;
    case 'relay':
      return 14;
    case 'moved':
      return 15;
    case 'introduction':
      return 16;
    default:
      return unknownCase('WireKind', v satisfies never);
  }
}

export function writeWireKind(w: ValueWriter, v: WireKind): void {
  w.u8(wireKindTag(v));
}

export function readWireKind(r: ValueReader): WireKind {
  return WIRE_KIND_CASES[r.tag(17)] as WireKind;
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

