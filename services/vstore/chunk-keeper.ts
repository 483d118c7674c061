import type { ChunkFolder } from './chunk-folder.ts';
import { digestOf, type Digest } from './digest.ts';
import { CorruptError, NotFoundError, RefusedError } from './errors.ts';
import { CHUNK_BYTES } from './manifest.ts';
import { isNodeId } from './blob-id.ts';
import type { Peers } from './peer.ts';
import { Semaphore } from './semaphore.ts';
import type { SpareBuffers } from './spare-buffers.ts';

const PULLING = 32; // chunks that others want kept and that are in memory here
const WAITING = 4_096; // as many nodes with full windows as there may reasonably be

export interface ChunkKeeperComponents {
  readonly durable: ChunkFolder;
  readonly scratch: ChunkFolder;
  readonly peers: Peers;
  /** What chunks are pulled into. */
  readonly spare: SpareBuffers;
}

/** Keeps chunks that other nodes ask this one to keep. */
export class ChunkKeeper {
  readonly #components: ChunkKeeperComponents;
  readonly #pulling = new Semaphore(PULLING);

  constructor(components: ChunkKeeperComponents) {
    this.#components = components;
  }

  /** @throws {refused} {full} {unreachable} {corrupt} */
  async keep(source: string, digest: Digest, size: number): Promise<void> {
    const { durable, peers, spare } = this.#components;
    if (!Number.isInteger(size) || size < 1 || size > CHUNK_BYTES) {
      throw new RefusedError(`a chunk of ${size} bytes: from 1 to ${CHUNK_BYTES}`);
    }
    // The home of every chunk here has to be among those who are asked before one is collected.
    if (!isNodeId(source) || source === peers.self || !peers.isMember(source)) {
      throw new RefusedError('the source is no other member of the roster, as this node knows it');
    }
    if (this.#pulling.waiting >= WAITING)
      throw new RefusedError(`${WAITING} chunks are waiting: ask another`);
    await this.#pulling.run(async () => {
      if (await durable.touch(digest, size)) return;
      const bytes = spare.take(size);
      try {
        await peers.pull(source, `chunk/${digest}`, size, bytes);
        if (digestOf(bytes) !== digest) {
          throw new CorruptError(`node ${source} sends other bytes than those of chunk ${digest}`);
        }
        await durable.put(digest, bytes);
      } finally {
        spare.lend(bytes);
        spare.giveBack(bytes);
      }
    });
  }

  /**
   * Verifies a chunk on the disk.
   * @throws {not-found} {corrupt}
   */
  async check(digest: Digest): Promise<void> {
    const { durable, scratch } = this.#components;
    const holding = [durable, scratch].filter((folder) => folder.sizeOf(digest) !== undefined);
    if (holding.length === 0) throw new NotFoundError(`this node does not have chunk ${digest}`);
    await this.#pulling.run(() => Promise.all(holding.map((folder) => folder.read(digest))));
    // Whoever asked may give up its own copy because of this one.
    const size = durable.sizeOf(digest);
    if (size !== undefined) await durable.touch(digest, size);
  }
}
