import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import type { BulkKind, WireKind } from '#posiv-wit/generated/p2p/frames.ts';

/** All nodes of a cluster speak the same. Raise it with any change of the frames. */
export const PROTOCOL = 6;

const OVERHEAD_BYTES = 4 * 1024;
/** Longest frame of the kernel. */
export const MAX_KERNEL_FRAME_BYTES = 2 * 1024 * 1024;
/** Longest body on the wire once a peer is admitted. */
export const MAX_WIRE_BODY_BYTES = MAX_KERNEL_FRAME_BYTES + OVERHEAD_BYTES;
/** Longest body of a stranger: a greeting, and whatever else is said before it is known for a member. */
export const MAX_GREETING_BODY_BYTES = 4 * 1024;
/** Longest body of a member that is being admitted: a hello with a full roster of ordinary names and addresses. */
export const MAX_HELLO_BODY_BYTES = 512 * 1024;
/** Longest piece of a pull: larger ones hold back what else is on the event loop (notes on libp2p). */
export const MAX_CHUNK_BYTES = 60 * 1024; // with what is around it, one message of noise and one buffer of the decoder
/** Shortest piece of a pull but for its last: what is kept of a piece beside its bytes is little against that. */
export const MIN_CHUNK_BYTES = 4 * 1024;
/** Longest body on a bulk connection. */
export const MAX_BULK_BODY_BYTES = MAX_CHUNK_BYTES + OVERHEAD_BYTES;

/** The number of each kind on the wire, in the order of `posiv:p2p/frames`. */
export const WIRE: { readonly [kind in CamelWireKind]: number } = {
  greeting: 0,
  hello: 1,
  refusal: 2,
  helloAck: 3,
  admitted: 4,
  revocations: 5,
  redeem: 6,
  redeemed: 7,
  ping: 8,
  pong: 9,
  registry: 10,
  kernel: 11,
  registers: 12,
  membership: 13,
  relay: 14,
  moved: 15,
  introduction: 16,
};
type CamelWireKind = Exclude<WireKind, 'hello-ack'> | 'helloAck';

/** The number of each kind on a bulk connection. */
export const BULK: { readonly [kind in BulkKind]: number } = {
  request: 0,
  opened: 1,
  chunk: 2,
  credit: 3,
  failed: 4,
  cancel: 5,
};

// Nearly all bodies are small: what is written is copied out of memory that is used again.
const KEPT_BYTES = 64 * 1024;
let shared = new Writer();

/** The body of a frame. @param write may not encode anything itself but by its writer */
export function encode<T>(write: (writer: Writer, value: T) => void, value: T): Uint8Array {
  const writer = shared.reset();
  write(writer, value);
  if (writer.length > KEPT_BYTES) shared = new Writer();
  return writer.take();
}

/**
 * The value of a body, which must hold nothing else.
 * @throws {malformed-value}
 */
export function decode<T>(read: (reader: Reader) => T, body: Uint8Array): T {
  const reader = new Reader(body);
  const value = read(reader);
  reader.end();
  return value;
}
