import type { BlobsCalls } from '#posiv-wit/generated/vstore.ts';
import { parseBlobId } from './blob-id.ts';
import { type BlobReader, MAX_CALL_BYTES } from './blob-reader.ts';
import { RefusedError } from './errors.ts';
import type { Peers } from './peer.ts';
import type { ScratchTable } from './scratch-table.ts';
import { completionOf, outcomeOf } from './store-error.ts';
import type { Owner, WriterTable } from './writer-table.ts';

export interface BlobCallsComponents {
  readonly writers: WriterTable;
  readonly reader: BlobReader;
  readonly scratch: ScratchTable;
  readonly peers: Peers;
}

/** `posiv:vstore/blobs` as one vTask has it. */
export function makeBlobCalls(components: BlobCallsComponents, owner: Owner): BlobsCalls {
  const { writers, reader, scratch, peers } = components;

  const release = async (blob: string): Promise<void> => {
    const name = parseBlobId(blob);
    if (!name.scratch)
      throw new RefusedError(`blob ${blob} is durable: it goes when no path stands for it`);
    if (name.home === peers.self) return scratch.release(name, owner.vtid);
    if (!peers.isMember(name.home))
      throw new RefusedError(`the home of blob ${blob} is no member of the cluster`);
    await peers.ask(name.home, 'releaseBlob', owner.vtid, blob);
  };

  return {
    create: (kind) => outcomeOf(() => writers.create(owner, kind)),
    append: (writer, bytes) =>
      completionOf(() => {
        if (bytes.length > MAX_CALL_BYTES) {
          throw new RefusedError(
            `${bytes.length} bytes: an append takes at most ${MAX_CALL_BYTES}`,
          );
        }
        return writers.append(owner, writer, bytes);
      }),
    seal: (writer) => outcomeOf(() => writers.seal(owner, writer)),
    abort: (writer) => writers.abort(owner, writer),
    read: (blob, offset, size) => outcomeOf(() => reader.read(owner.vtid, blob, offset, size)),
    size: (blob) => outcomeOf(() => reader.size(blob)),
    locate: (blob, offset, size) => outcomeOf(() => reader.locate(blob, offset, size)),
    release: (blob) => completionOf(() => refuseUnknown(release(blob))),
  };
}

/** What is no blob-id at all is not the caller's scratch blob either: `release` has no `not-found`. */
async function refuseUnknown(released: Promise<void>): Promise<void> {
  try {
    await released;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'not-found')) throw error;
    throw new RefusedError(error.message, { cause: error });
  }
}
