import type { Run } from '#posiv-wit/generated/wire.ts';
import type { NodeId } from './components.ts';
import { DIGEST_BYTES, digestOf, type Digest, digestToBytes } from './digest.ts';
import { RefusedError } from './errors.ts';
import { CHUNK_BYTES } from './manifest.ts';
import type { References } from './references.ts';
import type { ChunkPlacer } from './stripe-placer.ts';

const WINDOW = 4; // chunks of one blob on their way to a disk: a disk and a network each have something to do
const MAX_APPENDS = 16; // of one writer that wait their turn: a pipeline, not a store
const FIRST_BUFFER_BYTES = 65_536; // many scratch blobs stay below
/** Of what a chunk may lie in while it is on its way: what came with it is kept as long. */
const MOST_KEPT_BYTES = 2 * CHUNK_BYTES;

/** What a blob consists of, once all of it is where it belongs. */
export interface BlobBody {
  readonly size: number;
  readonly runs: readonly Run[];
}

/** A chunk, and the nodes that hold it. */
export interface HeldChunk {
  readonly digest: Digest;
  readonly nodes: readonly NodeId[];
}

/** Cuts the bytes of one blob into chunks and has them placed. */
export class BlobWriter {
  readonly #placer: ChunkPlacer;
  readonly #references: References;
  readonly #digests: Digest[] = [];
  readonly #nodes: (readonly NodeId[])[] = []; // of each chunk
  readonly #inFlight = new Set<Promise<void>>();
  #buffer = Buffer.alloc(0);
  #filled = 0;
  #size = 0;
  #appends = 0;
  #turn: Promise<void> = Promise.resolve();
  #finished = false;
  #failure: { readonly error: unknown } | undefined;

  /** @param references to which each chunk is added before anybody is asked to keep it, until `abandon` */
  constructor(placer: ChunkPlacer, references: References) {
    this.#placer = placer;
    this.#references = references;
  }

  /** Takes bytes, which nobody may write to any more, after those that were called before; waits while too much is on its way. */
  async append(bytes: Uint8Array): Promise<void> {
    if (this.#finished) throw new RefusedError('the writer was sealed or dropped');
    if (this.#appends >= MAX_APPENDS)
      throw new RefusedError(
        `${MAX_APPENDS} appends to this writer have not returned yet: wait for one`,
      );
    this.#appends += 1;
    const mine = this.#turn.then(() => this.#take(bytes));
    this.#turn = mine.catch(() => {}); // each caller hears of its own failure
    try {
      await mine;
    } finally {
      this.#appends -= 1;
    }
  }

  /** Waits until every chunk is in its place. */
  async finish(): Promise<BlobBody> {
    if (this.#appends > 0)
      throw new RefusedError('an append to this writer has not returned yet: seal after it');
    this.#finished = true;
    this.#check();
    if (this.#filled > 0) await this.#flush();
    await this.#settle();
    this.#check();
    return { size: this.#size, runs: this.#runs() };
  }

  /** Gives up its claim to the chunks, which are given with their nodes, once nothing is on its way any more. */
  async abandon(): Promise<readonly HeldChunk[]> {
    this.#finished = true;
    this.#failure ??= { error: new RefusedError('the writer was dropped') };
    await this.#settle();
    const chunks: HeldChunk[] = [];
    for (const [index, digest] of this.#digests.entries()) {
      const nodes = this.#nodes[index];
      if (this.#references.release(digest) && nodes !== undefined) chunks.push({ digest, nodes });
    }
    return chunks;
  }

  async #take(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      this.#check();
      const part = bytes.subarray(at, at + CHUNK_BYTES - this.#filled);
      this.#size += part.length;
      at += part.length;
      // A megabyte that is copied is one more for the garbage collector, too.
      const isWhole = part.length === CHUNK_BYTES && part.buffer.byteLength <= MOST_KEPT_BYTES;
      if (isWhole) await this.#place(part);
      else await this.#fill(part);
    }
    this.#check();
  }

  async #fill(part: Uint8Array): Promise<void> {
    this.#reserve(this.#filled + part.length);
    this.#buffer.set(part, this.#filled);
    this.#filled += part.length;
    if (this.#filled === CHUNK_BYTES) await this.#flush();
  }

  async #flush(): Promise<void> {
    const bytes = this.#buffer.subarray(0, this.#filled);
    this.#buffer = Buffer.alloc(0);
    this.#filled = 0;
    await this.#place(bytes);
  }

  async #place(bytes: Uint8Array): Promise<void> {
    const digest = digestOf(bytes);
    const index = this.#digests.push(digest) - 1;
    this.#references.add(digest);
    const placing = this.#placer
      .place(index, digest, bytes)
      .then(
        (nodes) => {
          this.#nodes[index] = nodes;
        },
        (error: unknown) => {
          this.#failure ??= { error };
        },
      )
      .finally(() => this.#inFlight.delete(placing));
    this.#inFlight.add(placing);
    while (this.#inFlight.size >= WINDOW) await Promise.race(this.#inFlight);
  }

  async #settle(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#buffer.length) return;
    // Who has written a whole chunk is likely to write another.
    const least = this.#digests.length > 0 ? CHUNK_BYTES : FIRST_BUFFER_BYTES;
    const grown = Math.max(least, this.#buffer.length * 4, bytes);
    const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, grown));
    this.#buffer.copy(buffer, 0, 0, this.#filled);
    this.#buffer = buffer;
  }

  #runs(): Run[] {
    const runs: Run[] = [];
    for (let first = 0; first < this.#nodes.length;) {
      const nodes = this.#nodes[first] ?? [];
      let next = first + 1;
      while (next < this.#nodes.length && areSame(nodes, this.#nodes[next])) next++;
      const chunks = new Uint8Array((next - first) * DIGEST_BYTES);
      for (const [at, digest] of this.#digests.slice(first, next).entries()) {
        chunks.set(digestToBytes(digest), at * DIGEST_BYTES);
      }
      runs.push({ nodes: [...nodes], chunks });
      first = next;
    }
    return runs;
  }
}

function areSame(some: readonly NodeId[], others: readonly NodeId[] | undefined): boolean {
  return some.length === others?.length && some.every((node, at) => node === others[at]);
}
