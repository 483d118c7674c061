import { type BlobName, parseBlobId } from './blob-id.ts';
import type { BlobTable } from './blob-table.ts';
import type { HeldChunk } from './blob-writer.ts';
import type { ChunkFolder } from './chunk-folder.ts';
import type { Logger, NodeId } from './components.ts';
import { type Digest, digestToBytes } from './digest.ts';
import { codeOf, messageOf, RefusedError } from './errors.ts';
import type { PathTable } from './path-table.ts';
import type { Peers } from './peer.ts';
import type { References } from './references.ts';
import { PeerError } from './store-error.ts';

/** Of one call; also what others may ask. */
export const MAX_ASKED_BLOBS = 1_024;
export const MAX_ASKED_CHUNKS = 4_096;
const MAX_SUSPECTS = 1_000_000; // beyond them a whole round finds the rest

export interface CollectorComponents {
  readonly blobs: BlobTable;
  readonly durable: ChunkFolder;
  readonly references: References;
  readonly table: PathTable;
  readonly peers: Peers;
  readonly logger: Logger;
}

export interface Collected {
  readonly blobs: number;
  readonly chunks: number;
}

/**
 * Takes away what nobody needs. Nothing is counted across nodes: each node that has a manifest asks every member whether a
 * path of theirs stands for the blob, and drops its own when none does; a holder asks every member whether a chunk belongs to a blob
 * of theirs, open writers included, and drops a chunk that none needs. While one member cannot answer, nothing goes.
 */
export class Collector {
  readonly #components: CollectorComponents;
  readonly #suspects = new Set<Digest>();
  readonly #suspectBlobs = new Set<string>();

  constructor(components: CollectorComponents) {
    this.#components = components;
  }

  /**
   * A round over everything, or over what somebody is known to have given up.
   * @throws {unreachable} where a member could not be asked
   */
  async run(all: boolean): Promise<Collected> {
    const blobs = await this.#collectBlobs(all);
    const chunks = await this.#collectChunks(all);
    if (blobs + chunks > 0) this.#components.logger.info('collected garbage', { blobs, chunks });
    return { blobs, chunks };
  }

  /** A path no longer stands for a blob that this node may have. */
  suspectBlob(id: string): void {
    const name = parseBlobId(id);
    if (this.#components.blobs.unbound(name)) this.#suspectBlobs.add(name.id);
  }

  /** Somebody no longer needs chunks that this node may have. */
  suspectChunks(chunks: Iterable<Digest>): void {
    for (const digest of chunks) {
      const known = this.#components.durable.sizeOf(digest) !== undefined;
      if (known && this.#suspects.size < MAX_SUSPECTS) this.#suspects.add(digest);
    }
  }

  /** This node no longer needs chunks: a hint to those who hold them. */
  unneed(chunks: Iterable<HeldChunk>): void {
    const { peers, logger } = this.#components;
    const byNode = new Map<NodeId, Digest[]>();
    for (const { digest, nodes } of chunks) {
      for (const node of nodes) {
        const digests = byNode.get(node);
        if (digests === undefined) byNode.set(node, [digest]);
        else digests.push(digest);
      }
    }
    for (const [node, digests] of byNode) {
      if (node === peers.self) {
        this.suspectChunks(digests);
        continue;
      }
      for (const batch of batches(digests, MAX_ASKED_CHUNKS)) {
        peers.ask(node, 'unneedChunks', batch.map(digestToBytes)).catch((error: unknown) => {
          logger.debug('a holder was not told of chunks that are not needed', {
            node,
            code: codeOf(error),
          });
        });
      }
    }
  }

  /**
   * Which of these blobs the paths of this node stand for, or are not to go yet for this node.
   * @throws {refused}
   */
  bound(blobs: readonly string[]): boolean[] {
    if (blobs.length > MAX_ASKED_BLOBS)
      throw new RefusedError(`${blobs.length} blobs: ask for ${MAX_ASKED_BLOBS}`);
    const { table, blobs: mine } = this.#components;
    return blobs.map((blob) => table.isBound(blob) || mine.isKept(parseBlobId(blob).manifest));
  }

  /**
   * Which of these chunks belong to blobs of this node.
   * @throws {refused}
   */
  needed(chunks: readonly Digest[]): boolean[] {
    if (chunks.length > MAX_ASKED_CHUNKS)
      throw new RefusedError(`${chunks.length} chunks: ask for ${MAX_ASKED_CHUNKS}`);
    const { blobs, references } = this.#components;
    // What a damaged manifest named is not known, so it may be any chunk.
    return chunks.map((chunk) => blobs.damagedCount > 0 || references.has(chunk));
  }

  async #collectBlobs(all: boolean): Promise<number> {
    const { blobs } = this.#components;
    let dropped = 0;
    for (const batch of batches(all ? blobs.ids() : [...this.#suspectBlobs], MAX_ASKED_BLOBS)) {
      const bound = await this.#askAll(
        (node) => this.#components.peers.ask(node, 'boundBlobs', batch),
        () => this.bound(batch),
        batch.length,
      );
      for (const [index, id] of batch.entries()) {
        const isBound = bound[index] ?? true;
        if (isBound) this.#suspectBlobs.delete(id);
        if (!blobs.judge(parseBlobId(id), isBound)) continue;
        await this.withdraw(parseBlobId(id));
        dropped++;
      }
    }
    return dropped;
  }

  /** Drops a blob of this node that could not be made. Copies that others have of it go by themselves. */
  async withdraw(name: BlobName): Promise<void> {
    const { blobs, references } = this.#components;
    this.#suspectBlobs.delete(name.id);
    const manifest = await blobs.drop(name);
    if (manifest === undefined) return;
    this.unneed([...manifest.chunks()].filter(({ digest }) => references.release(digest)));
  }

  async #collectChunks(all: boolean): Promise<number> {
    const { durable } = this.#components;
    let dropped = 0;
    for (const batch of batches(
      [...(all ? durable.digests() : this.#suspects)],
      MAX_ASKED_CHUNKS,
    )) {
      const mark = durable.mark;
      const needed = await this.#askAll(
        (node) => this.#components.peers.ask(node, 'needChunks', batch.map(digestToBytes)),
        () => this.needed(batch),
        batch.length,
      );
      for (const [index, digest] of batch.entries()) {
        this.#suspects.delete(digest);
        if (needed[index] ?? true) continue;
        if (await durable.remove(digest, mark, () => this.needed([digest])[0] ?? true)) dropped++;
      }
    }
    return dropped;
  }

  /** Whether any member says yes, for each thing asked. */
  async #askAll(
    ask: (node: NodeId) => Promise<readonly boolean[]>,
    here: () => readonly boolean[],
    count: number,
  ): Promise<boolean[]> {
    const answers = await Promise.all(this.#components.peers.others().map(ask));
    answers.push(here());
    if (answers.some((answer) => answer.length !== count)) {
      throw new PeerError(
        `a member does not answer all of ${count} questions: nothing was collected`,
      );
    }
    return Array.from({ length: count }, (_, index) =>
      answers.some((answer) => answer[index] ?? true),
    );
  }
}

/** Why a round had to be given up, for the log. */
export function whyNot(error: unknown): Record<string, unknown> {
  return { code: codeOf(error), reason: messageOf(error) };
}

function* batches<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
