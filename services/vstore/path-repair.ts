import type { PathEntry } from '#posiv-wit/generated/wire.ts';
import type { Absences } from './absences.ts';
import type { Logger, NodeId } from './components.ts';
import { codeOf } from './errors.ts';
import type { PathIndex } from './path-index.ts';
import type { PathTable } from './path-table.ts';
import { MAX_NOTED_PATHS } from './peer-calls.ts';
import type { Peers } from './peer.ts';
import { rankedFor } from './rendezvous.ts';

export interface PathRepairComponents {
  readonly table: PathTable;
  readonly index: PathIndex;
  readonly absences: Absences;
  readonly peers: Peers;
  readonly logger: Logger;
}

/** Brings what this node knows of paths to the members that are to know it, and leaves it to them where it is not one. */
export class PathRepair {
  readonly #components: PathRepairComponents;
  #settledFor = '';

  constructor(components: PathRepairComponents) {
    this.#components = components;
  }

  /**
   * @param all whether to look also where the same members live as at the last time
   * @throws {unreachable} while the roster is not known
   */
  async run(all: boolean): Promise<void> {
    const { table, absences, peers } = this.#components;
    const living = absences.living();
    const key = [...living, peers.copies()].join(' ');
    if (key === this.#settledFor && !all) return;
    const failed = new Set<NodeId>();
    let batch: PathEntry[] = [];
    for (const entry of table.all()) {
      batch.push(entry);
      if (batch.length < MAX_NOTED_PATHS) continue;
      await this.#bring(batch, living, failed);
      batch = [];
    }
    await this.#bring(batch, living, failed);
    this.#settledFor = failed.size === 0 ? key : '';
  }

  async #bring(
    entries: readonly PathEntry[],
    living: readonly NodeId[],
    failed: Set<NodeId>,
  ): Promise<void> {
    const { table, index, peers, logger } = this.#components;
    const placed = entries.map((entry) => ({
      entry,
      nodes: rankedFor(entry.path, living).slice(0, peers.copies()),
    }));
    for (const node of new Set(placed.flatMap(({ nodes }) => nodes))) {
      if (node === peers.self || failed.has(node)) continue;
      const theirs = placed.filter(({ nodes }) => nodes.includes(node)).map(({ entry }) => entry);
      try {
        await index.note(node, theirs);
      } catch (error) {
        failed.add(node);
        logger.debug('a member does not take paths yet', { node, code: codeOf(error) });
      }
    }
    for (const { entry, nodes } of placed) {
      const elsewhere = nodes.length >= peers.copies() && !nodes.some((node) => failed.has(node));
      if (elsewhere && !nodes.includes(peers.self)) await table.leave(entry);
    }
  }
}
