import type { PathEntry, PathHead } from '#posiv-wit/generated/wire.ts';
import type { Logger, NodeId } from './components.ts';
import { keepOn } from './copies.ts';
import { codeOf, UnreachableError } from './errors.ts';
import type { PathTable } from './path-table.ts';
import type { Peers } from './peer.ts';
import { rankedFor } from './rendezvous.ts';

export interface PathIndexComponents {
  readonly table: PathTable;
  readonly peers: Peers;
  readonly logger: Logger;
}

/**
 * Which paths there may be, on as many nodes as everything durable, chosen by rendezvous hashing of the path. What a path
 * stands for is in its register; but registers cannot be listed, and nobody may collect a blob that one of them names. So
 * a head is in here before it is in the register, and leaves when the register is known to have gone on without it.
 */
export class PathIndex implements AsyncDisposable {
  readonly #table: PathTable;
  readonly #peers: Peers;
  readonly #logger: Logger;
  readonly #telling = new Set<Promise<void>>();

  constructor({ table, peers, logger }: PathIndexComponents) {
    this.#table = table;
    this.#peers = peers;
    this.#logger = logger;
  }

  /**
   * Notes what a register is about to be changed to.
   * @returns the nodes that have noted it, on their disks
   * @throws {unreachable} {full} {refused}
   */
  intend(path: string, head: PathHead): Promise<readonly NodeId[]> {
    const order = rankedFor(path, this.#peers.roster());
    // A node that cannot be reached now may be back by the time that the others have failed.
    const first = order.filter((node) => this.#peers.reachable(node));
    return keepOn(`path ${path}`, first, this.#peers.copies(), (node) =>
      this.note(node, [{ path, heads: [head] }]),
    );
  }

  /** Tells nodes what a register has come to: a hint, for they ask it themselves otherwise. */
  tell(path: string, head: PathHead, nodes: readonly NodeId[]): void {
    for (const node of nodes) {
      const telling = this.note(node, [{ path, heads: [head] }])
        .catch((error: unknown) => {
          this.#logger.debug('a node was not told what a path stands for', {
            node,
            code: codeOf(error),
          });
        })
        .finally(() => this.#telling.delete(telling));
      this.#telling.add(telling);
    }
  }

  /** @throws {unreachable} {full} {refused} */
  async note(node: NodeId, entries: readonly PathEntry[]): Promise<void> {
    if (node === this.#peers.self) await this.#table.merge(entries);
    else await this.#peers.ask(node, 'notePaths', entries);
  }

  /**
   * The members whose entries, together, are those of all paths: one copy of each is enough.
   * @throws {unreachable} where a path may be on none of those that can be reached
   */
  readers(): readonly NodeId[] {
    const roster = this.#peers.roster();
    const silent = roster.filter((node) => !this.#peers.reachable(node));
    if (silent.length === 0 || silent.length < this.#peers.copies())
      return roster.filter((node) => this.#peers.reachable(node));
    throw new UnreachableError(
      `paths may be known to ${silent.join(', ')} alone, which cannot be reached: try again once one is back, or revoke who is gone for good`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#telling);
  }
}
