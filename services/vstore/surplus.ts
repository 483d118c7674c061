import type { Absences } from './absences.ts';
import type { ChunkFolder } from './chunk-folder.ts';
import type { ChunkPlaces } from './chunk-places.ts';
import { MAX_ASKED_CHUNKS } from './collector.ts';
import type { Logger, NodeId } from './components.ts';
import { digestToBytes, type Digest } from './digest.ts';
import { codeOf } from './errors.ts';
import type { Peers } from './peer.ts';
import { Semaphore } from './semaphore.ts';

const CHECKING = 8; // chunks at a time, of which other nodes read their copies

export interface SurplusComponents {
  readonly durable: ChunkFolder;
  readonly places: ChunkPlaces;
  readonly absences: Absences;
  readonly peers: Peers;
  readonly logger: Logger;
}

/**
 * Takes away copies of chunks beyond those that there have to be, such as those that were made while a node was away which
 * has come back. A node gives up its own copy alone, when every member has said that it need not have it, and each of those
 * that are to have it has read its own and found it sound. Such a check counts as a touch: so of two nodes that rely on each
 * other neither gives up anything.
 */
export class Surplus {
  readonly #components: SurplusComponents;
  #settledFor = '';

  constructor(components: SurplusComponents) {
    this.#components = components;
  }

  /**
   * @param all whether to look also where the same members live as at the last time
   * @returns how many copies were given up
   * @throws {unreachable} a member could not be asked
   */
  async run(all: boolean): Promise<number> {
    const { durable, absences, peers, logger } = this.#components;
    const roster = peers.roster();
    const key = roster.join(' ');
    const absent =
      absences.living().length < roster.length || !roster.every((node) => peers.reachable(node));
    // Who is away comes back with what it has, or its part is given to others: until then nothing is too much.
    if (absent) this.#settledFor = '';
    if (absent || (key === this.#settledFor && !all)) return 0;
    const digests = [...durable.digests()];
    let removed = 0;
    let whole = true;
    for (let at = 0; at < digests.length; at += MAX_ASKED_CHUNKS) {
      const mark = durable.mark;
      const candidates = await this.#candidates(digests.slice(at, at + MAX_ASKED_CHUNKS));
      const checking = new Semaphore(CHECKING);
      const outcomes = await Promise.all(
        [...candidates].map(([digest, nodes]) =>
          checking.run(async () => {
            if (!(await this.#isAt(nodes, digest))) return undefined;
            return durable.remove(digest, mark, () => false);
          }),
        ),
      );
      removed += outcomes.filter((outcome) => outcome === true).length;
      whole &&= !outcomes.includes(undefined);
    }
    this.#settledFor = whole ? key : '';
    if (removed > 0)
      logger.info('copies of chunks beyond those that have to be were removed', { removed });
    return removed;
  }

  /** Those that this node need not have, with the nodes that are to have them. */
  async #candidates(digests: readonly Digest[]): Promise<Map<Digest, Set<NodeId>>> {
    const { peers, places } = this.#components;
    const asked = digests.map(digestToBytes);
    const answers = await Promise.all(
      peers.others().map((node) => peers.ask(node, 'placeChunks', peers.self, asked)),
    );
    answers.push(places.of(peers.self, digests));
    const copies = peers.copies();
    const candidates = new Map<Digest, Set<NodeId>>();
    for (const [index, digest] of digests.entries()) {
      const said = answers.map((answer) => answer[index] ?? { tag: 'stays' as const });
      if (said.some(({ tag }) => tag === 'stays')) continue;
      const nodes = new Set(said.flatMap((each) => (each.tag === 'elsewhere' ? each.val : [])));
      // What nobody knows is for the collector.
      if (nodes.size >= copies && !nodes.has(peers.self)) candidates.set(digest, nodes);
    }
    return candidates;
  }

  async #isAt(nodes: ReadonlySet<NodeId>, digest: Digest): Promise<boolean> {
    const { peers, logger } = this.#components;
    try {
      await Promise.all(
        [...nodes].map((node) => peers.ask(node, 'checkChunk', digestToBytes(digest))),
      );
      return true;
    } catch (error) {
      logger.debug('a copy stays, for another is missing', { chunk: digest, code: codeOf(error) });
      return false;
    }
  }
}
