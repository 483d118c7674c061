import type { ChunkFolder } from './chunk-folder.ts';
import type { Logger, NodeId, StoreStrategy } from './components.ts';
import { type Digest, digestToBytes } from './digest.ts';
import { codeOf, messageOf, UnreachableError } from './errors.ts';
import { CHUNK_BYTES } from './manifest.ts';
import type { Outgoing } from './outgoing.ts';
import type { Peers } from './peer.ts';
import { Semaphore } from './semaphore.ts';

/** Consecutive chunks that stay together: a map task's worth, so that it finds all its bytes on one node. */
const STRIPE_CHUNKS = 16;
const PLACING = 32; // chunks of all blobs that are on their way to a disk at a time, each in memory

/** Puts a chunk somewhere, and says where. */
export interface ChunkPlacer {
  /**
   * Resolves once the chunk is on as many nodes as it has to be; the node that its stripe is meant for comes first.
   * @throws {full} {unreachable}
   */
  place(index: number, digest: Digest, bytes: Uint8Array): Promise<readonly NodeId[]>;
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
  readonly #failed = new Map<NodeId, unknown>(); // not asked again for this blob
  #stripe = -1;
  #candidates: Promise<readonly NodeId[]> = Promise.resolve([]);

  constructor(components: StripePlacerComponents, seed: number) {
    this.#components = components;
    this.#seed = seed;
  }

  async place(index: number, digest: Digest, bytes: Uint8Array): Promise<readonly NodeId[]> {
    const copies = this.#components.peers.copies();
    const candidates = await this.#candidatesFor(Math.floor(index / STRIPE_CHUNKS));
    const left = candidates.filter((node) => !this.#failed.has(node));
    const holders: NodeId[] = [];
    while (holders.length < copies && left.length > 0) {
      // All at once: the bytes leave this node's memory, and every holder has a disk of its own.
      const asked = left.splice(0, copies - holders.length);
      const kept = await Promise.all(asked.map((node) => this.#attempt(node, digest, bytes)));
      holders.push(...asked.filter((_, at) => kept[at]));
    }
    if (holders.length < copies) throw this.#tooFew(copies);
    return holders;
  }

  async #attempt(node: NodeId, digest: Digest, bytes: Uint8Array): Promise<boolean> {
    try {
      await this.#put(node, digest, bytes);
      return true;
    } catch (error) {
      this.#failed.set(node, error);
      this.#components.logger.warn('a node does not keep a chunk', {
        node,
        code: codeOf(error),
        reason: messageOf(error),
      });
      return false;
    }
  }

  /** What this node has to say of itself matters more to the caller than what others had. */
  #tooFew(copies: number): unknown {
    const { self } = this.#components.peers;
    if (this.#failed.has(self)) return this.#failed.get(self);
    const causes = [...this.#failed.values()];
    const full = causes.find((error) => codeOf(error) === 'full');
    if (full !== undefined) return full;
    return new UnreachableError(
      `a chunk has to be on ${copies} nodes, and fewer can be reached: try again once another is back, or revoke who is gone for good`,
      { cause: causes[0] },
    );
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
      const before = this.#candidates;
      this.#candidates = before.then(([previous]) => this.#choose(stripe, previous));
    }
    return this.#candidates;
  }

  /**
   * The nodes in the order in which they are to have a stripe: first the one that the strategy wants, then the first of the
   * stripe before. Whoever reads a stripe there ends with the first bytes of the next one, for the record that begins in
   * the one and ends in the other.
   */
  async #choose(stripe: number, previous: NodeId | undefined): Promise<readonly NodeId[]> {
    const { keep, peers, logger } = this.#components;
    const all = peers.roster();
    try {
      const size = STRIPE_CHUNKS * CHUNK_BYTES;
      const chosen = (await keep({ index: stripe, size, seed: this.#seed })).filter((node) =>
        peers.isMember(node),
      );
      const [first, ...rest] = chosen.filter((node) => !this.#failed.has(node));
      // A blob below one stripe begins here, and no blob says at its start how long it will be.
      const wanted = stripe === 0 ? peers.self : first;
      const order = [
        wanted,
        previous,
        ...(stripe === 0 && first !== undefined ? [first] : []),
        ...rest,
      ];
      const known = order.filter((node) => node !== undefined);
      return [...new Set([...known, peers.self, ...all])];
    } catch (error) {
      logger.warn('the Storage Manager does not say where a stripe goes: it begins here', {
        reason: messageOf(error),
      });
      return [...new Set([peers.self, ...all])];
    }
  }
}
