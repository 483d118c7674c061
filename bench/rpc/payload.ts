/** What every call and message carries. */
export const PAYLOAD_BYTES = 64;

// The first byte tells the other end whether to send it back.
const UNANSWERED = 'n'.charCodeAt(0);

/** A call, which is sent back. */
export const CALL = Buffer.alloc(PAYLOAD_BYTES, 'c');
/** A message, for which nothing comes back. */
export const NOTE = Buffer.alloc(PAYLOAD_BYTES, 'n');

/** Whether a payload is to be sent back. */
export function answers(payload: Uint8Array): boolean {
  return payload[0] !== UNANSWERED;
}
