import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Half a millisecond or so. */
const TURN_BYTES = 256 << 10;

/** The SHA-256 of bytes, in hexadecimal, made in as many turns of the event loop as it takes for others to go on meanwhile. */
export async function hashInTurns(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += TURN_BYTES) {
    if (at > 0) await nextTurn();
    hash.update(bytes.subarray(at, at + TURN_BYTES));
  }
  return hash.digest('hex');
}
