import type { Stat } from '#posiv-wit/generated/vstore.ts';
import type { PathRecord, PathVersion } from '#posiv-wit/generated/wire.ts';
import type { BlobCopies } from './blob-copies.ts';
import { parseBlobId } from './blob-id.ts';
import type { Clock, Logger, NodeId } from './components.ts';
import { codeOf, messageOf, NotFoundError, RefusedError, UnreachableError } from './errors.ts';
import { Locks } from './locks.ts';
import type { PathTable } from './path-table.ts';
import type { Peers } from './peer.ts';
import { keeperOf } from './rendezvous.ts';

const TRUST_HOLD_MS = 60_000; // of the time that a home node holds a blob, less what the answer and a slow disk take

export interface PathKeeperComponents {
  readonly table: PathTable;
  readonly copies: BlobCopies;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the members have of a path that its keeper knows nothing of. */
interface Inquiry {
  readonly newest: PathRecord | undefined;
  /** Those that have a record, and those that could not be asked. */
  readonly unsettled: readonly NodeId[];
  readonly unreachable: readonly NodeId[];
}

/**
 * The paths that this node keeps, being their only writer. After the roster has grown another node may still have the
 * record of a path: its keeper takes it over, under the path's lock, before anything else happens to the path.
 */
export class PathKeeper {
  readonly #table: PathTable;
  readonly #copies: BlobCopies;
  readonly #peers: Peers;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #locks = new Locks();

  constructor({ table, copies, peers, clock, logger }: PathKeeperComponents) {
    this.#table = table;
    this.#copies = copies;
    this.#peers = peers;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** @throws {refused} {not-found} {unreachable} {corrupt} {full} */
  async bind(path: string, blob: string): Promise<Stat> {
    const name = parseBlobId(blob);
    if (name.scratch)
      throw new RefusedError(`blob ${blob} is scratch: a path stands for durable blobs only`);
    return this.#locks.run(path, async () => {
      this.#checkKeeper(path);
      const known = this.#table.get(path);
      // Members that cannot be asked may have older records: that is remembered, and they are told later.
      const { newest, unsettled } =
        known === undefined ? await this.#inquire(path) : settledIn(known);
      const before = Math.max(newest?.version ?? 0, newest?.stat?.modifiedMs ?? 0);
      const heldAt = this.#clock.now();
      const size = await this.#copies.hold(name);
      const modifiedMs = this.#clock.wallTime();
      const stat: Stat = { path, size, blob, modifiedMs };
      await this.#table.set({ path, version: Math.max(before + 1, modifiedMs), stat, unsettled });
      if (this.#clock.now() - heldAt > TRUST_HOLD_MS) await this.#copies.hold(name);
      if (newest?.stat !== undefined && newest.stat.blob !== blob)
        this.#copies.tellUnbound(newest.stat.blob);
      return stat;
    });
  }

  /** @throws {not-found} {unreachable} {full} */
  async stat(path: string): Promise<Stat> {
    this.#checkKeeper(path);
    const known = this.#table.get(path);
    if (known !== undefined) return statOf(path, known);
    return this.#locks.run(path, async () => statOf(path, await this.#find(path)));
  }

  /** @throws {not-found} {unreachable} {full} */
  delete(path: string): Promise<void> {
    return this.#locks.run(path, async () => {
      this.#checkKeeper(path);
      const known = await this.#find(path);
      const { blob } = statOf(path, known);
      const version = Math.max((known?.version ?? 0) + 1, this.#clock.wallTime());
      await this.#table.set({ path, version, stat: undefined, unsettled: known?.unsettled ?? [] });
      this.#copies.tellUnbound(blob);
    });
  }

  /**
   * Takes over what another node has of a path.
   * @throws {unreachable} {refused} {full}
   */
  adopt(holder: NodeId, path: string): Promise<void> {
    return this.#locks.run(path, async () => {
      this.#checkKeeper(path);
      const theirs = await this.#peers.ask(holder, 'findPath', path);
      if (theirs === undefined) return this.#settle(path, holder);
      checkRecord(holder, path, theirs);
      const mine = this.#table.get(path);
      const newest = mine === undefined || theirs.version > mine.version ? theirs : mine;
      const unsettled = this.#without([...(mine?.unsettled ?? []), ...theirs.unsettled, holder]);
      await this.#table.set({ ...newest, unsettled });
      await this.#peers.ask(holder, 'forgetPaths', [{ path, version: theirs.version }]);
      await this.#settle(path, holder);
    });
  }

  /** Tells the nodes that may have older records of this node's paths to forget them, where they can be reached. */
  async settleAll(): Promise<void> {
    for (const { path, unsettled } of this.#table.all()) {
      if (unsettled.length === 0 || this.keeper(path) !== this.#peers.self) continue;
      for (const node of unsettled.filter((one) => this.#peers.reachable(one))) {
        await this.#locks.run(path, () => this.#makeForget(path, node));
      }
    }
  }

  /**
   * What this node has of a path that another keeps.
   * @throws {unreachable} where this node takes itself for the keeper
   */
  find(path: string): PathRecord | undefined {
    const record = this.#table.get(path);
    if (record !== undefined) this.#checkOtherKeeper(path);
    return record;
  }

  /** @throws {unreachable} {refused} {full} */
  forget({ path, version }: PathVersion): Promise<void> {
    return this.#locks.run(path, async () => {
      const record = this.#table.get(path);
      if (record === undefined) return;
      this.#checkOtherKeeper(path);
      if (record.version > version)
        throw new RefusedError(`${path} has changed here since: ask for it again`);
      await this.#table.forget(path);
    });
  }

  keeper(path: string): NodeId {
    return keeperOf(path, this.#peers.roster());
  }

  async #find(path: string): Promise<PathRecord | undefined> {
    const known = this.#table.get(path);
    if (known !== undefined) return known;
    const { newest, unsettled, unreachable } = await this.#inquire(path);
    if (unreachable.length > 0) {
      throw new UnreachableError(
        `${path} may be known to ${unreachable.join(', ')}, which cannot be reached: try again once they are back`,
      );
    }
    if (newest === undefined) return undefined;
    await this.#table.set({ ...newest, unsettled });
    return this.#table.get(path);
  }

  async #inquire(path: string): Promise<Inquiry> {
    const unreachable: NodeId[] = [];
    const holding: NodeId[] = [];
    let newest: PathRecord | undefined;
    const ask = async (node: NodeId): Promise<void> => {
      try {
        const record = await this.#peers.ask(node, 'findPath', path);
        if (record === undefined) return;
        checkRecord(node, path, record);
        holding.push(node);
        if (newest === undefined || record.version > newest.version) newest = record;
      } catch (error) {
        this.#logger.debug('a member does not say what it has of a path', {
          node,
          code: codeOf(error),
        });
        unreachable.push(node);
      }
    };
    await Promise.all(this.#peers.others().map(ask));
    return { newest, unsettled: [...holding, ...unreachable], unreachable };
  }

  async #makeForget(path: string, node: NodeId): Promise<void> {
    const record = this.#table.get(path);
    if (record === undefined || !record.unsettled.includes(node)) return;
    try {
      await this.#peers.ask(node, 'forgetPaths', [{ path, version: record.version }]);
      await this.#settle(path, node);
    } catch (error) {
      this.#logger.debug('a member does not forget a path yet', { node, reason: messageOf(error) });
    }
  }

  /** The node has no record of the path any more. */
  async #settle(path: string, node: NodeId): Promise<void> {
    const record = this.#table.get(path);
    if (record === undefined || !record.unsettled.includes(node)) return;
    await this.#table.set({ ...record, unsettled: record.unsettled.filter((one) => one !== node) });
  }

  #checkKeeper(path: string): void {
    const keeper = this.keeper(path);
    if (keeper === this.#peers.self) return;
    throw new UnreachableError(
      `${path} is kept by ${keeper}, as this node knows the roster: try again`,
    );
  }

  #checkOtherKeeper(path: string): void {
    if (this.keeper(path) !== this.#peers.self) return;
    throw new UnreachableError(`${path} is kept by this node, as it knows the roster: try again`);
  }

  #without(nodes: readonly NodeId[]): NodeId[] {
    return [...new Set(nodes)].filter((node) => node !== this.#peers.self);
  }
}

function settledIn(record: PathRecord): Inquiry {
  return { newest: record, unsettled: record.unsettled, unreachable: [] };
}

function statOf(path: string, record: PathRecord | undefined): Stat {
  if (record?.stat !== undefined) return record.stat;
  throw new NotFoundError(`nothing is bound to ${path}`);
}

/** A member is trusted to mean well, not to be free of faults. */
function checkRecord(node: NodeId, path: string, { path: theirs, stat }: PathRecord): void {
  const about = theirs === path && (stat === undefined || stat.path === path);
  if (!about)
    throw new UnreachableError(`node ${node} was asked for ${path} and tells of ${theirs}`);
  if (stat !== undefined) parseBlobId(stat.blob);
}
