import type { LentFile } from '#kernel/ipc/lent-file.ts';
import type { Logger, NodeId, StoreStrategy } from './components.ts';
import type { ChunkCache } from './chunk-cache.ts';
import type { ChunkFolder } from './chunk-folder.ts';
import { digestOf, type Digest, digestToBytes } from './digest.ts';
import { codeOf, CorruptError, messageOf, NotFoundError, UnreachableError } from './errors.ts';
import type { ChunkPlace } from './manifest.ts';
import type { Peers } from './peer.ts';
import { chunkOrder } from './replication.ts';
import { Semaphore } from './semaphore.ts';
import type { SpareBuffers } from './spare-buffers.ts';

const PULLS = 16; // chunks on their way from other nodes at a time
const AHEAD = 8; // chunks being read before anybody has asked for them

export interface ChunkReaderComponents {
  readonly durable: ChunkFolder;
  readonly scratch: ChunkFolder;
  readonly cache: ChunkCache;
  readonly peers: Peers;
  readonly rank: StoreStrategy['rank'];
  readonly spare: SpareBuffers;
  readonly logger: Logger;
}

interface Reading {
  readonly bytes: Promise<Uint8Array>;
  /** Who waits for it; nobody while it is only read ahead. */
  readers: number;
}

/** Gets the verified bytes of chunks from wherever they are. Those who want the same chunk at a time share one read. */
export class ChunkReader {
  readonly #durable: ChunkFolder;
  readonly #scratch: ChunkFolder;
  readonly #cache: ChunkCache;
  readonly #peers: Peers;
  readonly #rank: StoreStrategy['rank'];
  readonly #spare: SpareBuffers;
  readonly #logger: Logger;
  readonly #reading = new Map<Digest, Reading>();
  readonly #outstanding = new Map<NodeId, number>();
  readonly #pulls = new Semaphore(PULLS);
  #ahead = 0;

  constructor({ durable, scratch, cache, peers, rank, spare, logger }: ChunkReaderComponents) {
    this.#logger = logger;
    this.#spare = spare;
    this.#durable = durable;
    this.#scratch = scratch;
    this.#cache = cache;
    this.#peers = peers;
    this.#rank = rank;
  }

  /**
   * Not to be written to: others may be reading the same memory. Where nobody else has it, it is lent and may be given
   * back.
   * @param keep whether more of it will be wanted soon
   * @throws {not-found} {unreachable} {corrupt}
   */
  async read(place: ChunkPlace, keep: boolean): Promise<Uint8Array> {
    const { digest } = place;
    if (keep) {
      const cached = this.#cache.get(digest);
      if (cached !== undefined) return cached;
      const { bytes } = this.#join(place, 1);
      this.#cache.set(digest, await bytes);
      return this.#cache.get(digest) ?? bytes;
    }
    const taken = this.#cache.take(digest);
    if (taken !== undefined) {
      if (taken.sole) this.#spare.lend(taken.bytes);
      return taken.bytes;
    }
    const reading = this.#join(place, 1);
    const bytes = await reading.bytes;
    if (reading.readers === 1) this.#spare.lend(bytes);
    return bytes;
  }

  /** The file of a chunk that is on this node's disk. */
  lend({ digest, size }: ChunkPlace): LentFile | undefined {
    return this.#durable.lend(digest, size) ?? this.#scratch.lend(digest, size);
  }

  /** Reads a chunk that is likely to be wanted next. Whoever wants it then hears of a failure. */
  readAhead(place: ChunkPlace): void {
    const { digest } = place;
    if (this.#ahead >= AHEAD || this.#cache.has(digest) || this.#reading.has(digest)) return;
    this.#ahead++;
    const reading = this.#join(place, 0);
    reading.bytes
      .then(
        (bytes) => {
          // Whoever wanted it meanwhile has it.
          if (reading.readers === 0) this.#cache.set(digest, bytes);
        },
        () => {},
      )
      .finally(() => this.#ahead--);
  }

  #join(place: ChunkPlace, readers: number): Reading {
    const { digest } = place;
    const others = this.#reading.get(digest);
    if (others !== undefined) {
      others.readers += readers;
      return others;
    }
    const mine = {
      bytes: this.#load(place).finally(() => this.#reading.delete(digest)),
      readers,
    };
    this.#reading.set(digest, mine);
    return mine;
  }

  async #load(place: ChunkPlace): Promise<Uint8Array> {
    const failures: unknown[] = [];
    for (const folder of [this.#durable, this.#scratch]) {
      if (folder.sizeOf(place.digest) !== place.size) continue;
      try {
        return await folder.read(place.digest);
      } catch (error) {
        failures.push(error);
      }
    }
    const damagedOn: NodeId[] = [];
    for (const node of await this.#holders(place)) {
      try {
        const bytes = await this.#pulls.run(() => this.#pull(node, place));
        await this.#mend(place, bytes, node, damagedOn);
        return bytes;
      } catch (error) {
        failures.push(error);
        if (codeOf(error) === 'corrupt') damagedOn.push(node);
      }
    }
    throw worst(place, failures);
  }

  async #pull(node: NodeId, { digest, size }: ChunkPlace): Promise<Uint8Array> {
    let lost: unknown;
    this.#count(node, 1);
    try {
      const bytes = await this.#peers.pull(node, `chunk/${digest}`, size, this.#spare.take(size));
      if (digestOf(bytes) === digest) return bytes;
    } catch (error) {
      if (codeOf(error) === 'unreachable') throw error;
      if (codeOf(error) !== 'corrupt') lost = error;
    } finally {
      this.#count(node, -1);
    }
    // It says why, and puts what is damaged aside.
    await this.#peers.ask(node, 'checkChunk', digestToBytes(digest));
    // Sound where it is, and lost on the way, as where calls get through and nothing else.
    if (lost !== undefined)
      throw new UnreachableError(`chunk ${digest} of node ${node} did not get here: try again`, {
        cause: lost,
      });
    throw new CorruptError(`node ${node} has chunk ${digest} but sends other bytes`);
  }

  /** Puts what was found back where it should have been. Whoever reads has the bytes, whatever comes of it. */
  async #mend(
    { digest, nodes, durable }: ChunkPlace,
    bytes: Uint8Array,
    source: NodeId,
    damagedOn: readonly NodeId[],
  ): Promise<void> {
    if (!durable) return;
    const failed = (node: NodeId, error: unknown): void =>
      this.#logger.warn('a chunk that is damaged or gone was not mended', {
        chunk: digest,
        node,
        reason: messageOf(error),
      });
    const { self } = this.#peers;
    // It is awaited, for the bytes are used again by whoever reads them.
    if (nodes.includes(self))
      await this.#durable.put(digest, bytes).catch((error: unknown) => failed(self, error));
    for (const node of damagedOn) {
      this.#peers
        .ask(node, 'keepChunk', source, digestToBytes(digest), bytes.length)
        .catch((error: unknown) => failed(node, error));
    }
  }

  /**
   * The other nodes that may have a chunk, in the order in which they are to be asked: those that hold it, as the strategy
   * wants, which may leave none out, then those that it may have been brought to when these were gone.
   */
  async #holders(place: ChunkPlace): Promise<readonly NodeId[]> {
    const others = place.nodes.filter((node) => node !== this.#peers.self);
    const ranked = await this.#ranked(others);
    if (!place.durable || !this.#peers.ready()) return ranked;
    const elsewhere = chunkOrder(place, this.#peers.others());
    return [...new Set([...ranked, ...elsewhere])];
  }

  async #ranked(others: readonly NodeId[]): Promise<readonly NodeId[]> {
    if (others.length < 2) return others;
    const candidates = others.map((node) => ({
      node,
      local: false,
      reachable: this.#peers.reachable(node),
      roundTripUs: 0,
      outstanding: this.#outstanding.get(node) ?? 0,
    }));
    try {
      const ranked = await this.#rank(candidates);
      const chosen = ranked.map((index) => others[index]).filter((node) => node !== undefined);
      return [...new Set([...chosen, ...others])];
    } catch {
      return others; // the order is worth less than the bytes
    }
  }

  #count(node: NodeId, change: number): void {
    const outstanding = (this.#outstanding.get(node) ?? 0) + change;
    if (outstanding > 0) this.#outstanding.set(node, outstanding);
    else this.#outstanding.delete(node);
  }
}

/** What to tell of several failures: that trying again may help, else that bytes are damaged, else that there are none. */
function worst({ digest, nodes }: ChunkPlace, failures: readonly unknown[]): Error {
  const cause = new AggregateError(failures, `chunk ${digest} cannot be read`);
  const unreachable = failures.find((failure) => codeOf(failure) === 'unreachable');
  const where = nodes.join(', ');
  if (unreachable !== undefined) {
    return new UnreachableError(
      `chunk ${digest} is on ${where}, where it cannot be read now: try again once the node is back`,
      { cause },
    );
  }
  if (failures.every((failure) => codeOf(failure) === 'not-found')) {
    return new NotFoundError(`no copy of chunk ${digest} is left: it was written to ${where}`, {
      cause,
    });
  }
  return new CorruptError(`chunk ${digest} is damaged on ${where}: store the blob again`, {
    cause,
  });
}
