import type { Stat } from '#posiv-wit/generated/vstore.ts';
import type { PathEntry } from '#posiv-wit/generated/wire.ts';
import { checkPrefix, comparePaths } from './path.ts';
import { mergeHeads } from './path-entry.ts';
import type { PathHeads } from './path-heads.ts';
import type { PathIndex } from './path-index.ts';
import type { PathTable } from './path-table.ts';
import type { Peers } from './peer.ts';
import { Semaphore } from './semaphore.ts';
import { PeerError } from './store-error.ts';

/** Of one `list`: about 400 KB of paths of usual length. */
const PAGE = 1_000;
const READING = 32; // registers at a time of one list

export interface PathListComponents {
  readonly table: PathTable;
  readonly index: PathIndex;
  readonly heads: PathHeads;
  readonly peers: Peers;
}

/** Lists paths: from the index, and from the register where the index does not know how a change ended. */
export class PathList {
  readonly #table: PathTable;
  readonly #index: PathIndex;
  readonly #heads: PathHeads;
  readonly #peers: Peers;

  constructor({ table, index, heads, peers }: PathListComponents) {
    this.#table = table;
    this.#index = index;
    this.#heads = heads;
    this.#peers = peers;
  }

  /** @throws {refused} {unreachable} where so many members cannot answer that a path may be on none of the others */
  async list(prefix: unknown, after: unknown): Promise<Stat[]> {
    checkPrefix(prefix);
    if (after !== undefined) checkPrefix(after);
    const found: Stat[] = [];
    for (let behind = after; found.length < PAGE;) {
      const page = await this.#page(prefix, behind);
      found.push(...page.stats);
      if (page.next === undefined) break;
      behind = page.next;
    }
    return found.slice(0, PAGE);
  }

  /** What this node has for `list` of any node. */
  entries(prefix: unknown, after: unknown): PathEntry[] {
    checkPrefix(prefix);
    if (after !== undefined) checkPrefix(after);
    return this.#table.range(prefix, after).take(PAGE).toArray();
  }

  async #page(
    prefix: string,
    after: string | undefined,
  ): Promise<{ stats: Stat[]; next: string | undefined }> {
    const answers = await Promise.all(
      this.#index.readers().map(async (node) => {
        if (node === this.#peers.self) return this.entries(prefix, after);
        const entries = await this.#peers.ask(node, 'listPaths', prefix, after);
        for (const { path } of entries) {
          const within =
            path.startsWith(prefix) && (after === undefined || comparePaths(path, after) > 0);
          if (!within) throw new PeerError(`node ${node} lists ${path}, which was not asked for`);
        }
        return entries;
      }),
    );
    // What follows on the last entry of a full answer is not known from it.
    const ends = answers
      .filter((entries) => entries.length >= PAGE)
      .map((entries) => entries.at(-1)?.path ?? '');
    const next = ends.toSorted(comparePaths)[0];
    const merged = new Map<string, PathEntry>();
    for (const { path, heads } of answers.flat()) {
      if (next !== undefined && comparePaths(path, next) > 0) continue;
      merged.set(path, { path, heads: mergeHeads(merged.get(path)?.heads ?? [], heads) });
    }
    const reading = new Semaphore(READING);
    const known = await Promise.all(merged.values().map((entry) => this.#statOf(entry, reading)));
    const stats = known.filter((stat) => stat !== undefined);
    return { stats: stats.toSorted((one, other) => comparePaths(one.path, other.path)), next };
  }

  async #statOf({ path, heads }: PathEntry, reading: Semaphore): Promise<Stat | undefined> {
    if (heads.every(({ settled }) => settled)) return heads[0]?.stat;
    return (await reading.run(() => this.#heads.read(path))).stat;
  }
}
