import type { ChunkFolder } from './chunk-folder.ts';
import type { Logger, NodeId, StoreStrategy } from './components.ts';
import { type Digest, digestToBytes } from './digest.ts';
import { codeOf, messageOf } from './errors.ts';
import { CHUNK_BYTES } from './manifest.ts';
import type { Outgoing } from './outgoing.ts';
import type { Peers } from './peer.ts';
import { Semaphore } from './semaphore.ts';

/** Consecutive chunks that stay together: a map task's worth, so that it finds all its bytes on one node. */
const STRIPE_CHUNKS = 16;
const PLACING = 32; // chunks of all blobs that are on their way to a disk at a time, each in memory

/** Puts a chunk somewhere, and says where. */
export interface ChunkPlacer {
  /** @throws {full} {unreachable} */
  place(index: number, digest: Digest, bytes: Uint8Array): Promise<NodeId>;
}

export interface StripePlacerComponents {
  readonly durable: ChunkFolder;
  readonly outgoing: Outgoing;
  readonly peers: Peers;
  readonly keep: StoreStrategy['keep'];
  readonly logger: Logger;
}

/** Deals the stripes of blobs to the nodes that the Storage Manager's strategy names. */
export class Striping {
  readonly #components: StripePlacerComponents;
  readonly #placing = new Semaphore(PLACING);

  constructor(components: StripePlacerComponents) {
    this.#components = components;
  }

  /** @param seed so that not all blobs begin at the same node */
  placerOf(seed: number): ChunkPlacer {
    const placer = new StripePlacer(this.#components, seed);
    return {
      place: (index, digest, bytes) => this.#placing.run(() => placer.place(index, digest, bytes)),
    };
  }
}

class StripePlacer implements ChunkPlacer {
  readonly #components: StripePlacerComponents;
  readonly #seed: number;
  readonly #failed = new Set<NodeId>(); // not asked again for this blob
  #stripe = -1;
  #candidates: Promise<readonly NodeId[]> = Promise.resolve([]);

  constructor(components: StripePlacerComponents, seed: number) {
    this.#components = components;
    this.#seed = seed;
  }

  async place(index: number, digest: Digest, bytes: Uint8Array): Promise<NodeId> {
    const { self } = this.#components.peers;
    let failure: unknown;
    for (const node of await this.#candidatesFor(Math.floor(index / STRIPE_CHUNKS))) {
      if (this.#failed.has(node)) continue;
      try {
        await this.#put(node, digest, bytes);
        return node;
      } catch (error) {
        this.#failed.add(node);
        // What this node has to say of itself matters more to the caller: it is the last resort.
        if (failure === undefined || node === self) failure = error;
        this.#components.logger.warn('a node does not keep a chunk', {
          node,
          code: codeOf(error),
          reason: messageOf(error),
        });
      }
    }
    if (failure !== undefined) throw failure;
    // All had failed for earlier chunks; this node tells why.
    await this.#put(self, digest, bytes);
    return self;
  }

  async #put(node: NodeId, digest: Digest, bytes: Uint8Array): Promise<void> {
    const { durable, outgoing, peers } = this.#components;
    if (node === peers.self) return durable.put(digest, bytes);
    await outgoing.during(digest, bytes, () =>
      peers.ask(node, 'keepChunk', peers.self, digestToBytes(digest), bytes.length),
    );
  }

  /** The nodes for the chunks of a stripe, all of them the same; stripes follow one another. */
  #candidatesFor(stripe: number): Promise<readonly NodeId[]> {
    if (stripe !== this.#stripe) {
      this.#stripe = stripe;
      this.#candidates = this.#choose(stripe);
    }
    return this.#candidates;
  }

  async #choose(stripe: number): Promise<readonly NodeId[]> {
    const { keep, peers, logger } = this.#components;
    // A blob below one stripe stays here, and no blob says at its start how long it will be.
    if (stripe === 0) return [peers.self];
    try {
      const size = STRIPE_CHUNKS * CHUNK_BYTES;
      const chosen = await keep({ index: stripe, size, seed: this.#seed });
      return [...new Set([...chosen.filter((node) => peers.isMember(node)), peers.self])];
    } catch (error) {
      logger.warn('the Storage Manager does not say where a stripe goes: it stays here', {
        reason: messageOf(error),
      });
      return [peers.self];
    }
  }
}
