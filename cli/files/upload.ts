import type { PosivClient } from '#node/control/client.ts';
import type { BlobId, Stat } from '#posiv-wit/generated/vstore.ts';
import { answer } from '../answer.ts';

const APPEND_BYTES = 1 << 20;
// Appends on their way at once: enough to keep the connection busy, few enough to hold little memory.
const APPENDS_OUT = 8;

interface UploadInit {
  /** What it is, for messages. */
  readonly what: string;
  readonly signal?: AbortSignal;
  /** Told of the bytes stored so far. */
  readonly onStored?: (bytes: number) => void;
}

/** Stores bytes as a durable blob. It goes again after an hour, unless a path is bound to it. */
async function storeBlob(
  client: PosivClient,
  blocks: AsyncIterable<Uint8Array>,
  { what, signal, onStored }: UploadInit,
): Promise<BlobId> {
  const writer = await answer(what, client.blobs.create('durable'));
  const out: Promise<number>[] = [];
  let stored = 0;
  const settleOne = async (): Promise<void> => {
    stored += (await out.shift()) ?? 0;
    onStored?.(stored);
  };
  try {
    for await (const part of ofSize(blocks, APPEND_BYTES)) {
      signal?.throwIfAborted();
      const appended = answer(what, client.blobs.append(writer, part)).then(() => part.length);
      appended.catch(() => {}); // it is waited for in its turn
      out.push(appended);
      if (out.length >= APPENDS_OUT) await settleOne();
    }
    while (out.length > 0) await settleOne();
    return await answer(what, client.blobs.seal(writer));
  } catch (error) {
    await Promise.allSettled(out);
    await Promise.resolve(client.blobs.abort(writer)).catch(() => {}); // the connection may be what failed
    throw error;
  }
}

/** Stores bytes, and makes a path stand for them in place of whatever it stood for. */
export async function storeFile(
  client: PosivClient,
  path: string,
  blocks: AsyncIterable<Uint8Array>,
  init: UploadInit,
): Promise<Stat> {
  const blob = await storeBlob(client, blocks, init);
  return answer(init.what, client.files.bind(path, blob));
}

/** The same bytes in parts of one size, but for the last. */
async function* ofSize(
  blocks: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const block of blocks) {
    let rest = block;
    while (bytes + rest.length >= size) {
      const cut = size - bytes;
      yield held.length === 0
        ? rest.subarray(0, cut)
        : Buffer.concat([...held, rest.subarray(0, cut)]);
      rest = rest.subarray(cut);
      held = [];
      bytes = 0;
    }
    if (rest.length === 0) continue;
    held.push(rest);
    bytes += rest.length;
  }
  if (bytes > 0) yield Buffer.concat(held);
}
