import type { ChunkPlace } from '#posiv-wit/generated/wire.ts';
import type { Absences } from './absences.ts';
import type { BlobTable } from './blob-table.ts';
import { MAX_ASKED_CHUNKS } from './collector.ts';
import type { NodeId } from './components.ts';
import type { Digest } from './digest.ts';
import { RefusedError } from './errors.ts';
import type { Peers } from './peer.ts';
import type { References } from './references.ts';
import { chunkTargets } from './replication.ts';

export interface ChunkPlacesComponents {
  readonly blobs: BlobTable;
  readonly references: References;
  readonly absences: Absences;
  readonly peers: Peers;
}

/** Where chunks are to be, for the blobs whose manifests this node has. */
export class ChunkPlaces {
  readonly #components: ChunkPlacesComponents;

  constructor(components: ChunkPlacesComponents) {
    this.#components = components;
  }

  /**
   * Asked about one node, which may have a copy too many.
   * @throws {refused} {unreachable} while the roster is not known
   */
  of(node: NodeId, chunks: readonly Digest[]): ChunkPlace[] {
    if (chunks.length > MAX_ASKED_CHUNKS)
      throw new RefusedError(`${chunks.length} chunks: ask for ${MAX_ASKED_CHUNKS}`);
    const { blobs, references, absences, peers } = this.#components;
    const living = absences.living();
    const copies = peers.copies();
    const found = new Map(chunks.map((chunk) => [chunk, { blobs: 0, nodes: new Set<NodeId>() }]));
    for (const manifest of blobs.manifests())
      for (const place of manifest.chunks()) {
        const known = found.get(place.digest);
        if (known === undefined) continue;
        known.blobs += 1;
        for (const target of chunkTargets(place, living, copies)) known.nodes.add(target);
      }
    return chunks.map((chunk): ChunkPlace => {
      const { blobs: count, nodes } = found.get(chunk)!;
      // A damaged manifest may name any chunk, and one that is being written is in none yet.
      const isMoving = blobs.damagedCount > 0 || references.countOf(chunk) > count;
      if (isMoving || nodes.has(node)) return { tag: 'stays' };
      if (count === 0) return { tag: 'unknown' };
      return { tag: 'elsewhere', val: [...nodes] };
    });
  }
}
