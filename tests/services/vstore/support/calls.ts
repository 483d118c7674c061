import type { BlobsCalls, StoreError } from '#posiv-wit/generated/vstore.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';

export const MIB = 1_048_576;

/** The value of a call that has to succeed. */
export async function good<T>(call: Awaitable<Result<T, StoreError>>): Promise<T> {
  const result = await call;
  if (!result.ok) throw new Error(`${result.error.tag}: ${result.error.val}`);
  return result.value;
}

/** The error of a call that has to fail. */
export async function bad(call: Awaitable<Result<unknown, StoreError>>): Promise<StoreError> {
  const result = await call;
  if (result.ok) throw new Error('the call succeeded');
  return result.error;
}

/** The tag of the error of a call that has to fail. */
export async function tagOf(call: Awaitable<Result<unknown, StoreError>>): Promise<string> {
  return (await bad(call)).tag;
}

export async function put(
  blobs: BlobsCalls,
  bytes: Uint8Array,
  kind: 'durable' | 'scratch' = 'durable',
): Promise<string> {
  const writer = await good(blobs.create(kind));
  for (let at = 0; at < bytes.length; at += 4 * MIB) {
    await good(blobs.append(writer, bytes.subarray(at, at + 4 * MIB)));
  }
  return good(blobs.seal(writer));
}

export async function get(blobs: BlobsCalls, blob: string): Promise<Buffer> {
  const size = await good(blobs.size(blob));
  const parts: Uint8Array[] = [];
  for (let at = 0; at < size; at += MIB) parts.push(await good(blobs.read(blob, at, MIB)));
  return Buffer.concat(parts);
}

/** Bytes of which no two chunks are the same, and the same for the same seed (xorshift32, Marsaglia 2003). */
export function noise(size: number, seed = 1): Buffer {
  const words = new Uint32Array(Math.ceil(size / 4));
  let word = seed;
  for (let at = 0; at < words.length; at++) {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    words[at] = word;
  }
  return Buffer.from(words.buffer, 0, size);
}
