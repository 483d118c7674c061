import { type BlobName, parseBlobId } from './blob-id.ts';
import type { BlobTable } from './blob-table.ts';
import type { Logger, NodeId } from './components.ts';
import { keepOn } from './copies.ts';
import { digestOf } from './digest.ts';
import { codeOf, CorruptError, messageOf, NotFoundError, UnreachableError } from './errors.ts';
import { MAX_MANIFEST_BYTES } from './manifest.ts';
import type { Peers } from './peer.ts';
import { manifestOrder } from './replication.ts';

/** Of a manifest within a frame, in bytes: one round trip for a blob of up to 2 GB. A longer one is pulled. */
export const INLINE_BYTES = 65_536;

export interface BlobCopiesComponents {
  readonly blobs: BlobTable;
  readonly peers: Peers;
  readonly logger: Logger;
}

/** The manifests of durable blobs on several nodes: what one of them knows, the cluster knows. */
export class BlobCopies {
  readonly #blobs: BlobTable;
  readonly #peers: Peers;
  readonly #logger: Logger;

  constructor({ blobs, peers, logger }: BlobCopiesComponents) {
    this.#blobs = blobs;
    this.#peers = peers;
    this.#logger = logger;
  }

  /**
   * Resolves once a manifest that this node has is on as many nodes as it has to be.
   * @param fresh whether the blob may not have a path yet
   * @throws {unreachable} {full}
   */
  async spread(name: BlobName, bytes: Uint8Array, fresh: boolean): Promise<void> {
    const more = this.#peers.copies() - 1;
    await keepOn(`blob ${name.id}`, this.#others(name), more, (node) =>
      this.give(node, name, bytes, fresh),
    );
  }

  /** @throws {unreachable} {full} {refused} {corrupt} */
  async give(node: NodeId, name: BlobName, bytes: Uint8Array, fresh: boolean): Promise<void> {
    const body = bytes.length > INLINE_BYTES ? new Uint8Array(0) : bytes;
    await this.#peers.ask(node, 'keepManifest', this.#peers.self, {
      blob: name.id,
      size: bytes.length,
      body,
      fresh,
    });
  }

  /**
   * The manifest, from whoever has it; verified.
   * @throws {not-found} {unreachable} {corrupt}
   */
  fetch(name: BlobName): Promise<Uint8Array> {
    return this.#first(name, async (node) => {
      const { size, body } = await this.#peers.ask(node, 'resolveBlob', name.id);
      return this.take(node, name, size, body);
    });
  }

  /**
   * The bytes of a manifest that another node has.
   * @param body what there is of them already: all, or nothing
   * @throws {corrupt} {unreachable}
   */
  async take(node: NodeId, name: BlobName, size: number, body: Uint8Array): Promise<Uint8Array> {
    if (size > MAX_MANIFEST_BYTES)
      throw new CorruptError(`the manifest of blob ${name.id} is said to have ${size} bytes`);
    // A copy: what came in a frame lies within it.
    const bytes =
      body.length > 0
        ? Uint8Array.from(body)
        : await this.#peers.pull(node, `manifest/${name.manifest}`, size);
    if (digestOf(bytes) === name.manifest) return bytes;
    throw new CorruptError(
      `node ${node} gives another manifest than that of blob ${name.id}: see to its disk`,
    );
  }

  /**
   * Keeps a blob on all nodes that have it and can be reached, while a path is bound to it. Those that cannot will not drop
   * it: they would have to ask the others first.
   * @returns how long it is, in bytes
   * @throws {not-found} {unreachable} {corrupt}
   */
  async hold(name: BlobName): Promise<number> {
    const holders = this.#others(name).slice(0, this.#peers.copies());
    const asked = holders.map((node) => this.#peers.ask(node, 'holdBlob', name.id));
    const outcomes = await Promise.allSettled(asked);
    if (this.#blobs.has(name.manifest)) return this.#blobs.hold(name).size;
    const held = outcomes.find((outcome) => outcome.status === 'fulfilled');
    if (held !== undefined) return held.value;
    return this.#first(name, (node) => this.#peers.ask(node, 'holdBlob', name.id));
  }

  /** Tells those who have a blob that a path no longer stands for it: a hint, for they find out by themselves otherwise. */
  tellUnbound(blob: string): void {
    const name = parseBlobId(blob);
    this.#blobs.unbound(name);
    for (const node of this.#others(name).slice(0, this.#peers.copies())) {
      this.#peers.ask(node, 'unbindBlobs', [blob]).catch((error: unknown) => {
        this.#logger.debug('a node was not told of a blob without a path', {
          node,
          code: codeOf(error),
        });
      });
    }
  }

  /** The other members, those that are to have the blob first; of these, those that can be reached. */
  #others({ manifest, home }: BlobName): NodeId[] {
    const order = manifestOrder({ manifest, home }, this.#peers.roster());
    return order.filter((node) => node !== this.#peers.self && this.#peers.reachable(node));
  }

  /** What the first gives that has the blob. Only when all members say so there is none. */
  async #first<T>(name: BlobName, ask: (node: NodeId) => Promise<T>): Promise<T> {
    const failures: unknown[] = [];
    for (const node of this.#others(name)) {
      try {
        return await ask(node);
      } catch (error) {
        failures.push(error);
      }
    }
    const silent = this.#peers.others().filter((node) => !this.#peers.reachable(node));
    const cause = failures.find((failure) => codeOf(failure) !== 'not-found');
    if (silent.length > 0 || codeOf(cause) === 'unreachable') {
      const who = silent.length > 0 ? silent.join(', ') : 'a node that did not answer';
      throw new UnreachableError(
        `blob ${name.id} may be known to ${who}: try again once it is back`,
        { cause },
      );
    }
    if (cause === undefined)
      throw new NotFoundError(
        `no blob ${name.id}: it was dropped, went with the nodes that had it, or there never was one`,
      );
    if (codeOf(cause) === 'corrupt') throw new CorruptError(messageOf(cause), { cause });
    throw cause as Error;
  }
}
