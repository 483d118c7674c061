import type { ManifestSource, PathEntry, StoreCalls } from '#posiv-wit/generated/wire.ts';
import { type BlobCopies, INLINE_BYTES } from './blob-copies.ts';
import { isNodeId, parseBlobId } from './blob-id.ts';
import type { BlobResolver } from './blob-resolver.ts';
import type { BlobTable } from './blob-table.ts';
import type { ChunkFolder } from './chunk-folder.ts';
import type { ChunkKeeper } from './chunk-keeper.ts';
import type { ChunkPlaces } from './chunk-places.ts';
import { type Collector, MAX_ASKED_BLOBS, MAX_ASKED_CHUNKS } from './collector.ts';
import { DIGEST_BYTES, type Digest } from './digest.ts';
import { RefusedError } from './errors.ts';
import { checkPath } from './path.ts';
import type { PathList } from './path-list.ts';
import type { PathTable } from './path-table.ts';
import type { Peers } from './peer.ts';
import type { ScratchTable } from './scratch-table.ts';
import { completionOf, outcomeOf } from './store-error.ts';

const MAX_ASKED_PATHS = 1_024;
/** Of one call: those of the greatest length are not more than a frame. */
export const MAX_NOTED_PATHS = 256;
const MAX_VTID_BYTES = 128;

export interface PeerCallsComponents {
  readonly blobs: BlobTable;
  readonly durable: ChunkFolder;
  readonly scratch: ScratchTable;
  readonly copies: BlobCopies;
  readonly resolver: BlobResolver;
  readonly chunks: ChunkKeeper;
  readonly collector: Collector;
  readonly places: ChunkPlaces;
  readonly table: PathTable;
  readonly paths: PathList;
  readonly peers: Peers;
}

/** `posiv:wire/store`: what other nodes ask of this one, checked as if a stranger asked. */
export function makePeerCalls(components: PeerCallsComponents): StoreCalls {
  const {
    blobs,
    durable,
    scratch,
    copies,
    resolver,
    chunks,
    collector,
    places,
    table,
    paths,
    peers,
  } = components;

  return {
    keepChunk: (source, chunk, size) =>
      completionOf(() => chunks.keep(source, toDigest(chunk), size)),
    checkChunk: (chunk) => completionOf(() => chunks.check(toDigest(chunk))),
    haveChunks: (asked) =>
      outcomeOf(() => toDigests(asked).map((digest) => durable.sizeOf(digest) !== undefined)),
    haveManifests: (asked) => outcomeOf(() => toDigests(asked).map((digest) => blobs.has(digest))),
    needChunks: (asked) => outcomeOf(() => collector.needed(toDigests(asked))),
    placeChunks: (node, asked) => outcomeOf(() => places.of(node, toDigests(asked))),
    unneedChunks: (given) => completionOf(() => collector.suspectChunks(toDigests(given))),

    keepManifest: (source, { blob, size, body, fresh }) =>
      completionOf(async () => {
        const name = parseBlobId(blob);
        if (name.scratch) throw new RefusedError(`blob ${blob} is scratch: only its home has it`);
        if (!isNodeId(source) || source === peers.self || !peers.isMember(source))
          throw new RefusedError(
            'the source is no other member of the roster, as this node knows it',
          );
        const bytes = await copies.take(source, name, size, body);
        await blobs.addCopy(name, bytes, fresh);
      }),

    resolveBlob: (blob) =>
      outcomeOf(async (): Promise<ManifestSource> => {
        const name = parseBlobId(blob);
        resolver.local(name);
        const held = name.scratch
          ? scratch.encoded(name.manifest)?.length
          : blobs.encodedSize(name);
        const size = held ?? 0;
        if (size > INLINE_BYTES) return { size, body: new Uint8Array(0) };
        const body = scratch.encoded(name.manifest) ?? (await blobs.encoded(name.manifest));
        return { size, body };
      }),

    holdBlob: (blob) =>
      outcomeOf(() => {
        const name = parseBlobId(blob);
        if (name.scratch) throw new RefusedError(`blob ${blob} is scratch: no path stands for it`);
        return blobs.hold(name).size;
      }),

    boundBlobs: (asked) => outcomeOf(() => collector.bound(asked)),

    unbindBlobs: (given) =>
      completionOf(() => {
        checkCount(given, MAX_ASKED_BLOBS);
        for (const blob of given) collector.suspectBlob(blob);
      }),

    releaseBlob: (vtask, blob) =>
      completionOf(() => {
        if (vtask.length > MAX_VTID_BYTES)
          throw new RefusedError(`a vtid has ${MAX_VTID_BYTES} bytes at most`);
        const name = parseBlobId(blob);
        if (!name.scratch || name.home !== peers.self)
          throw new RefusedError(`${blob} is no scratch blob of here`);
        return scratch.release(name, vtask);
      }),

    notePaths: (entries) =>
      completionOf(() => {
        checkCount(entries, MAX_NOTED_PATHS);
        entries.forEach(checkEntry);
        return table.merge(entries);
      }),

    listPaths: (prefix, after) => outcomeOf(() => paths.entries(prefix, after)),

    forgetPaths: (asked) =>
      completionOf(async () => {
        checkCount(asked, MAX_ASKED_PATHS);
        for (const one of asked) checkPath(one.path);
        await Promise.all(asked.map(({ path, version }) => table.forget(path, version)));
      }),
  };
}

/** A member is trusted to mean well, not to be free of faults. */
function checkEntry({ path, heads }: PathEntry): void {
  checkPath(path);
  for (const { stat } of heads) {
    if (stat === undefined) continue;
    if (stat.path !== path) throw new RefusedError(`an entry of ${path} is about ${stat.path}`);
    parseBlobId(stat.blob);
  }
}

function toDigest(bytes: Uint8Array): Digest {
  if (bytes.length === DIGEST_BYTES) return Buffer.from(bytes).toString('hex');
  throw new RefusedError(`a digest has ${DIGEST_BYTES} bytes, not ${bytes.length}`);
}

function toDigests(digests: readonly Uint8Array[]): Digest[] {
  checkCount(digests, MAX_ASKED_CHUNKS);
  return digests.map(toDigest);
}

function checkCount(items: readonly unknown[], limit: number): void {
  if (items.length > limit) throw new RefusedError(`${items.length} at once: at most ${limit}`);
}
