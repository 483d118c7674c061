import type { Clock, Logger, NodeId } from './components.ts';
import { codeOf, messageOf } from './errors.ts';
import type { PathKeeper } from './path-keeper.ts';
import type { PathTable } from './path-table.ts';
import type { Peers } from './peer.ts';

const BATCH = 64; // paths that a keeper is asked to take over at a time

export interface PathHandoverComponents {
  readonly table: PathTable;
  readonly keeper: PathKeeper;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Gives the records that this node has of others' paths to those who keep them. */
export class PathHandover {
  readonly #components: PathHandoverComponents;
  readonly #recentMs: number;
  readonly #recent = new Map<string, number>(); // blobs of paths given away, and until when they count as bound here
  #roster = '';
  #pending = true;

  /** @param recentMs longer than a round of the collector takes */
  constructor(components: PathHandoverComponents, recentMs: number) {
    this.#components = components;
    this.#recentMs = recentMs;
  }

  /** Looks for such records when the roster has changed, or some could not be given away. */
  async run(): Promise<void> {
    const { table, keeper, peers, clock } = this.#components;
    const roster = [...peers.roster()].toSorted().join(' ');
    if (roster === this.#roster && !this.#pending) return;
    this.#roster = roster;
    this.#pending = false;
    const foreign = new Map<NodeId, string[]>();
    for (const { path } of table.all()) {
      const owner = keeper.keeper(path);
      if (owner === peers.self) continue;
      const paths = foreign.get(owner);
      if (paths === undefined) foreign.set(owner, [path]);
      else paths.push(path);
    }
    this.#forgetOld(clock.now());
    for (const [owner, paths] of foreign) await this.#give(owner, paths);
  }

  /** Whether the blob's path was given away so lately that a round of the collector may see it nowhere. */
  lately(blob: string): boolean {
    return (this.#recent.get(blob) ?? 0) > this.#components.clock.now();
  }

  async #give(owner: NodeId, paths: readonly string[]): Promise<void> {
    const { table, peers, clock, logger } = this.#components;
    for (let at = 0; at < paths.length; at += BATCH) {
      const batch = paths.slice(at, at + BATCH);
      for (const path of batch) {
        const blob = table.get(path)?.stat?.blob;
        if (blob !== undefined) this.#recent.set(blob, clock.now() + this.#recentMs);
      }
      try {
        await peers.ask(owner, 'adoptPaths', peers.self, batch);
      } catch (error) {
        this.#pending = true;
        logger.info('a node does not take over its paths yet', {
          node: owner,
          code: codeOf(error),
          reason: messageOf(error),
        });
        return;
      }
    }
  }

  #forgetOld(now: number): void {
    for (const [blob, until] of this.#recent) if (until <= now) this.#recent.delete(blob);
  }
}
