import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { type Manifest, readManifest, type Run, writeManifest } from '#posiv-wit/generated/wire.ts';
import { isNodeId } from './blob-id.ts';
import type { NodeId } from './components.ts';
import { DIGEST_BYTES, type Digest, digestAt } from './digest.ts';
import { CorruptError, messageOf } from './errors.ts';

/** All chunks are of 1 MiB, but the last of a blob: large enough for one disk read a chunk, small enough to keep some. */
export const CHUNK_BYTES = 1_048_576;
export const MAX_MANIFEST_BYTES = 64 * CHUNK_BYTES; // of a blob of 2 TiB
const HEADER = Buffer.from('VSTARMF\u0002'); // the last byte is the version
const FIRST_HEADER = Buffer.from('VSTARMF\u0001');
const NO_OWNER = Uint8Array.of(0); // an empty text, which version 1 ends without
const MAX_HOLDERS = 16;
const MAX_SALT_BYTES = 32;
const MAX_OWNER_CHARS = 128;

/** A chunk as a manifest tells of it. */
export interface ChunkPlace {
  readonly digest: Digest;
  readonly size: number;
  readonly nodes: readonly NodeId[];
  /** The first chunk of the run that it is in: what decides where the run goes when its nodes are gone. */
  readonly key: Digest;
  /** Not of a scratch blob: then other nodes may have it too. */
  readonly durable: boolean;
}

/** A manifest that was found to be in order. */
export class BlobManifest {
  readonly size: number;
  /** The tenant that wrote it; empty where that is not known. */
  readonly owner: string;
  readonly #runs: readonly Run[];
  readonly #firsts: readonly number[]; // the index of each run's first chunk

  constructor({ size, runs, owner }: Manifest) {
    this.size = size;
    this.owner = owner;
    this.#runs = runs;
    let first = 0;
    this.#firsts = runs.map((run) => {
      const mine = first;
      first += run.chunks.length / DIGEST_BYTES;
      return mine;
    });
  }

  get chunkCount(): number {
    return Math.ceil(this.size / CHUNK_BYTES);
  }

  /**
   * @param index of the chunk, below `chunkCount`
   * @param durable whether the blob is no scratch blob, which a manifest does not say
   */
  chunk(index: number, durable = true): ChunkPlace {
    let low = 0;
    let high = this.#firsts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#firsts[middle] ?? 0) <= index) low = middle;
      else high = middle;
    }
    const run = this.#runs[low];
    const first = this.#firsts[low];
    if (run === undefined || first === undefined) throw new RangeError(`no chunk ${index}`);
    const size = Math.min(CHUNK_BYTES, this.size - index * CHUNK_BYTES);
    const key = digestAt(run.chunks, 0);
    return { digest: digestAt(run.chunks, index - first), size, nodes: run.nodes, key, durable };
  }

  *chunks(): Generator<ChunkPlace> {
    for (let index = 0; index < this.chunkCount; index++) yield this.chunk(index);
  }

  /** The runs of bytes that the same nodes hold, in order. */
  *extents(): Generator<{ offset: number; size: number; nodes: readonly NodeId[] }> {
    for (const [index, run] of this.#runs.entries()) {
      const offset = (this.#firsts[index] ?? 0) * CHUNK_BYTES;
      const size = Math.min((run.chunks.length / DIGEST_BYTES) * CHUNK_BYTES, this.size - offset);
      yield { offset, size, nodes: run.nodes };
    }
  }
}

export function encodeManifest(manifest: Manifest): Uint8Array {
  const writer = new Writer();
  writeManifest(writer, manifest);
  return Buffer.concat([HEADER, writer.view]);
}

/**
 * Reads a manifest of which the digest is right, and which another node may nonetheless have made up.
 * @throws {corrupt}
 */
export function decodeManifest(bytes: Uint8Array): BlobManifest {
  const header = bytes.subarray(0, HEADER.length);
  const isFirst = FIRST_HEADER.equals(header);
  if (!isFirst && !HEADER.equals(header))
    throw new CorruptError(
      'a manifest does not begin as one of version 1 or 2 does: update this node',
    );
  let manifest: Manifest;
  try {
    const body = bytes.subarray(HEADER.length);
    const reader = new Reader(isFirst ? Buffer.concat([body, NO_OWNER]) : body);
    manifest = readManifest(reader);
    reader.end();
  } catch (error) {
    throw new CorruptError(`a manifest cannot be read: ${messageOf(error)}`, { cause: error });
  }
  check(manifest);
  return new BlobManifest(manifest);
}

function check({ size, chunkSize, salt, runs, owner }: Manifest): void {
  let bytes = 0;
  for (const { nodes, chunks } of runs) {
    const counted = chunks.length > 0 && chunks.length % DIGEST_BYTES === 0;
    const held = nodes.length > 0 && nodes.length <= MAX_HOLDERS && nodes.every(isNodeId);
    if (!counted || !held) throw new CorruptError('a manifest has a run without chunks or nodes');
    bytes += chunks.length;
  }
  if (owner.length > MAX_OWNER_CHARS)
    throw new CorruptError('a manifest has no name for its owner');
  const chunkCount = bytes / DIGEST_BYTES;
  if (
    chunkSize !== CHUNK_BYTES ||
    salt.length > MAX_SALT_BYTES ||
    chunkCount !== Math.ceil(size / CHUNK_BYTES)
  ) {
    throw new CorruptError(
      `a manifest has ${chunkCount} chunks of ${chunkSize} bytes for ${size} bytes`,
    );
  }
}
