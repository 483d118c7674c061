import type { PosivClient } from '#node/control/client.ts';
import type { BlobId } from '#posiv-wit/generated/vstore.ts';
import { answer } from '../answer.ts';
import { codeOf, LostBytesError } from '../errors.ts';

const READ_BYTES = 1 << 20;
const READS_OUT = 4;

export interface Range {
  /** In bytes. */
  readonly offset: number;
  readonly length: number;
}

/** The bytes of a blob, in order, with the next reads already on their way. */
export async function* readBlob(
  client: PosivClient,
  blob: BlobId,
  { offset, length }: Range,
  what: string,
): AsyncGenerator<Uint8Array> {
  const end = offset + length;
  const out: Promise<Uint8Array>[] = [];
  let asked = offset;
  try {
    while (asked < end || out.length > 0) {
      while (asked < end && out.length < READS_OUT) {
        const size = Math.min(READ_BYTES, end - asked);
        const read = answer(what, client.blobs.read(blob, asked, size));
        read.catch(() => {}); // it is waited for in its turn
        out.push(read);
        asked += size;
      }
      yield (await out.shift())!;
    }
  } finally {
    await Promise.allSettled(out);
  }
}

/** The bytes of the blob that a path stands for. @throws {not-found} also where nobody has them any more */
export async function* readBound(
  client: PosivClient,
  path: string,
  blob: BlobId,
  range: Range,
): AsyncGenerator<Uint8Array> {
  try {
    yield* readBlob(client, blob, range, `get ${path}`);
  } catch (error) {
    if (codeOf(error) !== 'not-found') throw error;
    const now = await answer(`get ${path}`, client.files.stat(path));
    // A blob goes when no path stands for it, and another one may have come in its place.
    throw now.blob === blob ? new LostBytesError(path, error) : error;
  }
}

/** All bytes of a path. */
export async function readPath(client: PosivClient, path: string): Promise<Uint8Array> {
  const { blob, size } = await answer(path, client.files.stat(path));
  const blocks: Uint8Array[] = [];
  for await (const block of readBlob(client, blob, { offset: 0, length: size }, path))
    blocks.push(block);
  return Buffer.concat(blocks);
}
