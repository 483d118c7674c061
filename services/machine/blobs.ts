import { open, type FileHandle } from 'node:fs/promises';
import type { BlobsCalls, StoreError } from '#posiv-wit/generated/vstore.ts';
import type { Result } from '#posiv-wit/result.ts';
import { MachineFault } from './errors.ts';

const PIECE_BYTES = 1 << 20;

/** The bytes of a blob, piece by piece. @throws {store} and the signal's reason, between two pieces */
export async function* blobBytes(
  blobs: BlobsCalls,
  blob: string,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const size = good(`blob ${blob}`, await blobs.size(blob));
  for (let at = 0; at < size; at += PIECE_BYTES) {
    signal?.throwIfAborted();
    yield await readBlob(blobs, blob, at, Math.min(PIECE_BYTES, size - at));
  }
}

/** Bytes of a blob, at most 4 MiB. @throws {store} */
export async function readBlob(
  blobs: BlobsCalls,
  blob: string,
  offset: number,
  bytes: number,
): Promise<Uint8Array> {
  return good(`blob ${blob}`, await blobs.read(blob, offset, bytes));
}

/** Keeps bytes as a durable blob. @throws {store} */
export async function keepBlob(
  blobs: BlobsCalls,
  bytes: AsyncIterable<Uint8Array>,
): Promise<string> {
  let writer: number | undefined;
  // Not before the first piece: whatever fails then, its source is told that nobody reads on.
  const begun = async (): Promise<number> =>
    (writer ??= good('a blob', await blobs.create('durable')));
  try {
    for await (const piece of bytes) good('a blob', await blobs.append(await begun(), piece));
    return good('a blob', await blobs.seal(await begun()));
  } catch (error) {
    if (writer !== undefined) await blobs.abort(writer);
    throw error;
  }
}

/** Writes a blob of at most so many bytes to a new file. @throws {store} {full} {refused} it has more; and the signal's reason */
export async function blobToFile(
  blobs: BlobsCalls,
  blob: string,
  path: string,
  { most, signal }: { readonly most: number; readonly signal?: AbortSignal },
): Promise<void> {
  const size = good(`blob ${blob}`, await blobs.size(blob));
  if (size > most)
    throw new MachineFault('refused', `blob ${blob} has ${size} bytes, at most ${most} are taken`);
  await writeFile(path, blobBytes(blobs, blob, signal));
}

/** Writes bytes to a new file. @throws {full} and what the source throws */
export async function writeFile(
  path: string,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  for await (const piece of bytes) await writeWhole(file, piece);
}

/** The bytes of a file. */
export async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  await using file = await open(path);
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    await file.writeFile(bytes);
  } catch (error) {
    throw diskFault(error);
  }
}

/** What a file operation threw, as an error of ours where the disk is full. */
export function diskFault(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new MachineFault('full', 'the disk of the node is full: free some of it', error);
}

function good<T>(what: string, result: Result<T, StoreError>): T {
  if (result.ok) return result.value;
  throw new MachineFault('store', `${what}: ${result.error.tag}: ${result.error.val}`);
}
