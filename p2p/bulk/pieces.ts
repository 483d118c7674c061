import { concat } from 'uint8arrays/concat';

/**
 * The same bytes in pieces of exactly `size`, the last one shorter: small chunks are joined, large ones cut. A chunk is not
 * looked at any more once the next is asked for.
 */
export async function* pieces(
  source: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of source) {
    let rest = chunk;
    while (held + rest.length >= size) {
      const taken = rest.subarray(0, size - held);
      rest = rest.subarray(taken.length);
      yield parts.length === 0 ? taken : concat([...parts, taken], size);
      parts = [];
      held = 0;
    }
    if (rest.length === 0) continue;
    parts.push(rest.slice());
    held += rest.length;
  }
  if (held > 0) yield concat(parts, held);
}
