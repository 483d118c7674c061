const BLOCK_BYTES = 16 << 10;
const MOST_BYTES = 1 << 10;

let block = new Uint8Array(0);

/** A copy of what is under way: small ones lie in one memory, since one for each would cost more than all else that is done with it. */
export function carried(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  if (length > MOST_BYTES) return bytes.slice();
  if (length > block.length) block = new Uint8Array(BLOCK_BYTES);
  const copy = block.subarray(0, length);
  copy.set(bytes);
  block = block.subarray(length);
  return copy;
}
