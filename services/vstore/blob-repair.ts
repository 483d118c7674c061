import type { Absences } from './absences.ts';
import type { BlobCopies } from './blob-copies.ts';
import { type BlobName, parseBlobId } from './blob-id.ts';
import type { BlobTable } from './blob-table.ts';
import type { ChunkRepair } from './chunk-repair.ts';
import { type Collector, MAX_ASKED_BLOBS } from './collector.ts';
import type { Logger, NodeId } from './components.ts';
import { digestToBytes } from './digest.ts';
import { codeOf, messageOf } from './errors.ts';
import type { Peers } from './peer.ts';
import { manifestOrder } from './replication.ts';

export interface BlobRepairComponents {
  readonly blobs: BlobTable;
  readonly copies: BlobCopies;
  readonly chunks: ChunkRepair;
  readonly collector: Collector;
  readonly absences: Absences;
  readonly peers: Peers;
  readonly logger: Logger;
}

/**
 * Makes copies of blobs that have too few since members are gone, or new. Who does it is agreed on by nobody: each node that
 * has a manifest brings it to the members that are to have it, and the first of these sees to the chunks. Where two take
 * themselves for the first, both ask before they copy.
 */
export class BlobRepair implements AsyncDisposable {
  readonly #components: BlobRepairComponents;
  readonly #stop = new AbortController();
  #settledFor = '';
  #work: Promise<void> = Promise.resolve();
  #working = false;

  constructor(components: BlobRepairComponents) {
    this.#components = components;
  }

  /** Begins where it is not under way and there may be something to do: the members that live are others than before. */
  start(all: boolean): void {
    if (this.#working) return;
    this.run(all).catch((error: unknown) => {
      this.#components.logger.info('not all copies of blobs were made this time', {
        code: codeOf(error),
        reason: messageOf(error),
      });
    });
  }

  /**
   * @param all whether to look also where the same members live as at the last time
   * @throws {unreachable} while the roster is not known
   */
  run(all: boolean): Promise<void> {
    this.#work = this.#work
      .catch(() => {}) // whoever asked for that heard of it
      .then(async () => {
        this.#working = true;
        try {
          await this.#run(all);
        } finally {
          this.#working = false;
        }
      });
    return this.#work;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#work.catch(() => {});
  }

  async #run(all: boolean): Promise<void> {
    const { absences, peers, blobs } = this.#components;
    const living = absences.living();
    const key = [...living, peers.copies()].join(' ');
    if (key === this.#settledFor && !all) return;
    let whole = await this.#restoreDamaged();
    const ids = blobs.ids();
    for (let at = 0; at < ids.length && !this.#stop.signal.aborted; at += MAX_ASKED_BLOBS) {
      const needed = await this.#needed(ids.slice(at, at + MAX_ASKED_BLOBS));
      whole = (await this.#bring(needed, living)) && whole;
    }
    this.#settledFor = whole ? key : '';
  }

  /** Manifests whose files have other bytes than they should come from those who have them, too. */
  async #restoreDamaged(): Promise<boolean> {
    const { blobs, copies, logger } = this.#components;
    let whole = true;
    for (const name of blobs.damaged()) {
      try {
        await blobs.addCopy(name, await copies.fetch(name), false);
      } catch (error) {
        whole = false;
        logger.debug('a damaged manifest was not restored', {
          blob: name.id,
          code: codeOf(error),
        });
      }
    }
    return whole;
  }

  /** Those that a path stands for or may come to: what is about to go is not worth a copy, and would come back by it. */
  async #needed(ids: readonly string[]): Promise<BlobName[]> {
    const { collector, peers } = this.#components;
    const asked = peers
      .others()
      .filter((node) => peers.reachable(node))
      .map((node) => peers.ask(node, 'boundBlobs', ids));
    const answers = (await Promise.allSettled(asked))
      .filter((outcome) => outcome.status === 'fulfilled')
      .map(({ value }) => value);
    answers.push(collector.bound(ids));
    return ids
      .filter((_, index) => answers.some((answer) => answer[index] === true))
      .map((id) => parseBlobId(id));
  }

  async #bring(names: readonly BlobName[], living: readonly NodeId[]): Promise<boolean> {
    const { peers, blobs, chunks, logger } = this.#components;
    const placed = names.map((name) => ({
      name,
      nodes: manifestOrder(name, living).slice(0, peers.copies()),
    }));
    let whole = true;
    for (const node of new Set(placed.flatMap(({ nodes }) => nodes))) {
      if (node === peers.self) continue;
      const theirs = placed.filter(({ nodes }) => nodes.includes(node)).map(({ name }) => name);
      try {
        await this.#give(node, theirs);
      } catch (error) {
        whole = false;
        logger.debug('a member does not take manifests yet', { node, code: codeOf(error) });
      }
    }
    const mine = placed.filter(({ nodes }) => nodes[0] === peers.self);
    const manifests = mine
      .filter(({ name }) => blobs.has(name.manifest))
      .map(({ name }) => blobs.get(name));
    return (await chunks.run(manifests, living, this.#stop.signal)) && whole;
  }

  async #give(node: NodeId, names: readonly BlobName[]): Promise<void> {
    const { peers, blobs, copies } = this.#components;
    const digests = names.map(({ manifest }) => digestToBytes(manifest));
    const has = await peers.ask(node, 'haveManifests', digests);
    for (const [index, name] of names.entries()) {
      if (has[index] !== false || !blobs.has(name.manifest)) continue;
      await copies.give(node, name, await blobs.encoded(name.manifest), false);
    }
  }
}
