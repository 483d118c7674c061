import type { Stat } from '#posiv-wit/generated/vstore.ts';
import type { PathRecord } from '#posiv-wit/generated/wire.ts';
import type { NodeId } from './components.ts';
import { checkPath, checkPrefix, comparePaths } from './path.ts';
import type { PathKeeper } from './path-keeper.ts';
import type { PathTable } from './path-table.ts';
import type { Peers } from './peer.ts';
import { PeerError } from './store-error.ts';

/** Of one `list`: about 400 KB of paths of usual length. */
const PAGE = 1_000;

export interface PathRouterComponents {
  readonly table: PathTable;
  readonly keeper: PathKeeper;
  readonly peers: Peers;
}

/** Brings each call to the node that keeps its path. If that one cannot be reached, nobody else answers for it. */
export class PathRouter {
  readonly #table: PathTable;
  readonly #keeper: PathKeeper;
  readonly #peers: Peers;

  constructor({ table, keeper, peers }: PathRouterComponents) {
    this.#table = table;
    this.#keeper = keeper;
    this.#peers = peers;
  }

  /** @throws {refused} {not-found} {unreachable} {corrupt} {full} */
  bind(path: unknown, blob: string): Promise<Stat> {
    return this.#route(
      path,
      (mine) => this.#keeper.bind(mine, blob),
      (node, theirs) => this.#peers.ask(node, 'bindPath', theirs, blob),
    );
  }

  /** @throws {not-found} {unreachable} {full} */
  stat(path: unknown): Promise<Stat> {
    return this.#route(
      path,
      (mine) => this.#keeper.stat(mine),
      (node, theirs) => this.#peers.ask(node, 'statPath', theirs),
    );
  }

  /** @throws {not-found} {unreachable} {full} */
  delete(path: unknown): Promise<void> {
    return this.#route(
      path,
      (mine) => this.#keeper.delete(mine),
      (node, theirs) => this.#peers.ask(node, 'deletePath', theirs),
    );
  }

  /** @throws {refused} {unreachable} where one member cannot answer */
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
  records(prefix: unknown, after: unknown): PathRecord[] {
    checkPrefix(prefix);
    if (after !== undefined) checkPrefix(after);
    return this.#table.range(prefix, after).take(PAGE).toArray();
  }

  async #page(
    prefix: string,
    after: string | undefined,
  ): Promise<{ stats: Stat[]; next: string | undefined }> {
    const answers = await Promise.all(
      this.#peers.roster().map(async (node) => {
        if (node === this.#peers.self) return this.records(prefix, after);
        const records = await this.#peers.ask(node, 'listPaths', prefix, after);
        for (const { path } of records) {
          const within =
            path.startsWith(prefix) && (after === undefined || comparePaths(path, after) > 0);
          if (!within) throw new PeerError(`node ${node} lists ${path}, which was not asked for`);
        }
        return records;
      }),
    );
    // What follows on the last record of a full answer is not known from it.
    const ends = answers
      .filter((records) => records.length >= PAGE)
      .map((records) => records.at(-1)?.path ?? '');
    const next = ends.toSorted(comparePaths)[0];
    const newest = new Map<string, PathRecord>();
    for (const record of answers.flat()) {
      const other = newest.get(record.path);
      const beyond = next !== undefined && comparePaths(record.path, next) > 0;
      if (!beyond && (other === undefined || other.version < record.version))
        newest.set(record.path, record);
    }
    const stats = [...newest.values()].map(({ stat }) => stat).filter((stat) => stat !== undefined);
    return { stats: stats.toSorted((one, other) => comparePaths(one.path, other.path)), next };
  }

  async #route<T>(
    path: unknown,
    here: (path: string) => Promise<T>,
    there: (node: NodeId, path: string) => Promise<T>,
  ): Promise<T> {
    checkPath(path);
    const node = this.#keeper.keeper(path);
    return node === this.#peers.self ? here(path) : there(node, path);
  }
}
