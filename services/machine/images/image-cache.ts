import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '#kernel/clock.ts';
import type { Image } from '#posiv-wit/generated/machine.ts';
import type { BlobsCalls } from '#posiv-wit/generated/vstore.ts';
import { abortable } from '../abortable.ts';
import { blobBytes, diskFault, readBlob } from '../blobs.ts';
import type { MachineComponents } from '../components.ts';
import { MachineFault } from '../errors.ts';
import { UseCache, type Use } from '../use-cache.ts';
import type { ReadOnlyDisk } from './nbd-server.ts';
import { MAX_MAP_BYTES, PieceMap } from './piece-map.ts';

/** What is fetched at once: a chunk of vStore, which is verified as a whole. */
const CHUNK_BYTES = 1 << 20;
/** A node that has the chunk may be about to come back; a guest waits as it would for a slow disk. */
const TRIES = 10;
const AGAIN_AFTER_MS = 1_000;

/** An image on this node, as far as machines have read it. */
export interface CachedImage extends ReadOnlyDisk {
  /** Bytes that came from vStore. */
  readonly fetched: number;
}

/** Without a machine that reads them, so many stay as far as they have come: they may be asked for again, and take room meanwhile. */
const KEPT_UNUSED = 8;

/** The images that machines of this node read, each chunk of them fetched when it is first asked for, and once. */
export class ImageCache implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #folder: string;
  readonly #images: UseCache<LazyImage>;
  #count = 0;

  /** @param folder of this node alone, which is emptied at its start */
  constructor({ clock, logger }: Pick<MachineComponents, 'clock' | 'logger'>, folder: string) {
    this.#clock = clock;
    this.#folder = join(folder, 'images');
    this.#images = new UseCache(logger, { kept: KEPT_UNUSED, drop: (image) => image.remove() });
  }

  /**
   * An image, of which nothing but its map has to be here.
   * @throws {store} {refused} it is none
   */
  use(image: Image, blobs: BlobsCalls): Promise<Use<CachedImage>> {
    // The ids say which bytes they are.
    return this.#images.use(`${image.pieces} ${image.index}`, (signal) =>
      this.#open(image, blobs, signal),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#images[Symbol.asyncDispose]();
  }

  async #open(
    { pieces, index }: Image,
    blobs: BlobsCalls,
    signal: AbortSignal,
  ): Promise<LazyImage> {
    const map = PieceMap.parse(await abortable(textOf(blobs, index), signal));
    const path = join(this.#folder, `${(this.#count += 1)}`);
    const fetch = (offset: number, bytes: number, until: AbortSignal): Promise<Uint8Array> =>
      abortable(this.#fetch(blobs, pieces, { offset, bytes }, until), until);
    return new LazyImage(map, path, fetch);
  }

  async #fetch(
    blobs: BlobsCalls,
    blob: string,
    { offset, bytes }: { readonly offset: number; readonly bytes: number },
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    for (let tries = 1; ; tries += 1)
      try {
        return await readBlob(blobs, blob, offset, bytes);
      } catch (error) {
        if (tries === TRIES || signal.aborted) throw error;
        await new Promise<void>((resolve) => this.#clock.after(AGAIN_AFTER_MS, resolve));
      }
  }
}

/** @throws the signal's reason, and what the store does */
type Fetch = (offset: number, bytes: number, signal: AbortSignal) => Promise<Uint8Array>;

/** @throws {store} {refused} it is too long for a map */
async function textOf(blobs: BlobsCalls, index: string): Promise<string> {
  let text = '';
  for await (const part of blobBytes(blobs, index)) {
    text += Buffer.from(part).toString('latin1');
    if (text.length > MAX_MAP_BYTES) throw new MachineFault('refused', 'the map is too long');
  }
  return text;
}

class LazyImage implements CachedImage {
  readonly #map: PieceMap;
  readonly #path: string;
  /** Opened when the first chunk comes. */
  #file: Promise<FileHandle> | undefined;
  readonly #fetch: Fetch;
  readonly #abort = new AbortController();
  /** Chunks that are in the file, or on their way there. */
  readonly #chunks = new Map<number, Promise<void>>();
  fetched = 0;

  constructor(map: PieceMap, path: string, fetch: Fetch) {
    this.#map = map;
    this.#path = path;
    this.#fetch = fetch;
  }

  get size(): number {
    return this.#map.size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    const reads: Promise<void>[] = [];
    let to = 0;
    for (const extent of this.#map.extents(offset, length)) {
      if (extent.at !== undefined)
        reads.push(this.#copy(extent.at, bytes.subarray(to, to + extent.bytes)));
      to += extent.bytes;
    }
    await Promise.all(reads);
    return bytes;
  }

  /** What is being fetched is not waited for. */
  async remove(): Promise<void> {
    this.#abort.abort(new MachineFault('failed', 'nobody reads the image any more'));
    await Promise.allSettled(this.#chunks.values());
    await (await this.#file)?.close(); // where it could not be opened there is none
    await rm(this.#path, { force: true });
  }

  /** Bytes of the blob, by way of the file. */
  async #copy(at: number, into: Uint8Array): Promise<void> {
    const first = Math.floor(at / CHUNK_BYTES);
    const last = Math.floor((at + into.length - 1) / CHUNK_BYTES);
    const chunks = Array.from({ length: last - first + 1 }, (_, each) => this.#there(first + each));
    await Promise.all(chunks);
    const file = await this.#opened();
    const { bytesRead } = await file.read(into, 0, into.length, at);
    if (bytesRead !== into.length)
      throw new MachineFault('failed', 'an image on the disk is short');
  }

  #there(chunk: number): Promise<void> {
    const known = this.#chunks.get(chunk);
    if (known) return known;
    const coming = this.#bring(chunk);
    this.#chunks.set(chunk, coming);
    coming.catch(() => this.#chunks.delete(chunk)); // the next one tries again
    return coming;
  }

  async #bring(chunk: number): Promise<void> {
    const offset = chunk * CHUNK_BYTES;
    const length = Math.min(CHUNK_BYTES, this.#map.blobBytes - offset);
    const bytes = await this.#fetch(offset, length, this.#abort.signal);
    if (bytes.length !== length)
      throw new MachineFault('store', 'the image has fewer bytes than its map');
    try {
      const file = await this.#opened();
      const { bytesWritten } = await file.write(bytes, 0, length, offset);
      if (bytesWritten !== length)
        throw new MachineFault('full', 'the disk of the node is full: free some of it');
    } catch (error) {
      throw diskFault(error);
    }
    this.fetched += length;
  }

  #opened(): Promise<FileHandle> {
    if (this.#file) return this.#file;
    this.#file = mkdir(dirname(this.#path), { recursive: true, mode: 0o700 }).then(() =>
      open(this.#path, 'wx+', 0o600),
    );
    this.#file.catch(() => (this.#file = undefined)); // the next one tries again
    return this.#file;
  }
}
