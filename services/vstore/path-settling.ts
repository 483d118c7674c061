import type { PathEntry } from '#posiv-wit/generated/wire.ts';
import type { Clock, Logger } from './components.ts';
import { codeOf } from './errors.ts';
import { mergeHeads } from './path-entry.ts';
import type { PathHeads } from './path-heads.ts';
import type { PathTable } from './path-table.ts';
import type { Peers } from './peer.ts';

const UNTOLD_MS = 10_000; // whoever changed a path has told of it by then, or will not
const ABANDONED_MS = 120_000; // whoever was about to change one has done it by then, or is to do it no more
const FORGET_MS = 300_000; // what was said of a path before it was taken away has arrived by then
const BATCH = 1_024;

export interface PathSettlingComponents {
  readonly table: PathTable;
  readonly heads: PathHeads;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Finds out how changes ended of which this node was not told, and forgets paths that were taken away. */
export class PathSettling {
  readonly #components: PathSettlingComponents;
  /** Entries that are not settled, or of paths that were taken away, and since when they are as they are. */
  readonly #seen = new Map<PathEntry, number>();

  constructor(components: PathSettlingComponents) {
    this.#components = components;
  }

  /** @throws {unreachable} where a register cannot be read */
  async run(): Promise<void> {
    const { table, clock } = this.#components;
    const gone: { path: string; version: number }[] = [];
    const now = clock.now();
    for (const entry of this.#seen.keys())
      if (table.get(entry.path) !== entry) this.#seen.delete(entry);
    for (const entry of table.all()) {
      const [head, ...more] = entry.heads;
      const settled = more.length === 0 && head?.settled === true;
      if (settled && head.stat !== undefined) continue;
      const since = this.#seen.get(entry) ?? now;
      this.#seen.set(entry, since);
      if (settled && now - since >= FORGET_MS)
        gone.push({ path: entry.path, version: head.version });
      else if (!settled && now - since >= UNTOLD_MS) await this.#settle(entry, now - since);
    }
    await this.#forget(gone);
  }

  async #settle({ path, heads }: PathEntry, age: number): Promise<void> {
    const { table, heads: registers } = this.#components;
    const known = await registers.read(path);
    // A register that was never written says nothing but that.
    if (known.version > 0) await table.merge([{ path, heads: [known] }]);
    const pending = mergeHeads(heads, known.version > 0 ? [known] : []).some((one) => !one.settled);
    if (pending && age >= ABANDONED_MS) await registers.renew(path);
  }

  /** Once no member knows what a path stood for before it was taken away, nobody need know that it was. */
  async #forget(gone: readonly { path: string; version: number }[]): Promise<void> {
    const { table, peers, logger } = this.#components;
    for (let at = 0; at < gone.length; at += BATCH) {
      const batch = gone.slice(at, at + BATCH);
      try {
        await Promise.all(peers.others().map((node) => peers.ask(node, 'forgetPaths', batch)));
      } catch (error) {
        logger.debug('a member does not forget paths that were taken away', {
          code: codeOf(error),
        });
        return;
      }
      for (const { path, version } of batch) await table.forget(path, version);
    }
  }
}
