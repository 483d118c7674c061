import {
  ForeignClusterError,
  RosterFullError,
  RosterLostError,
  RosterMismatchError,
  StorageFailedError,
} from './errors.ts';
import { MAX_HELLO_BODY_BYTES } from './wire-format.ts';
import type { Member as MemberEntry } from '#posiv-wit/generated/p2p/admission.ts';
import type { NodeId } from './node-id.ts';

/** One node that was ever admitted, as it is stored. */
export interface RosterEntry {
  readonly id: NodeId;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly incarnation: number;
  /** Whether it founded the cluster. */
  readonly founder: boolean;
  /** Whether it has acknowledged this node. In this node's own entry: whether this node is admitted to the cluster. */
  readonly acked: boolean;
}

export interface RosterStore {
  load(): Promise<readonly RosterEntry[]>;
  /** Durable when it resolves. */
  save(entries: readonly RosterEntry[]): Promise<void>;
}

export const MAX_ROSTER = 1_024; // nodes; each of them greets each other with all of this
const MAX_ROSTER_BYTES = MAX_HELLO_BODY_BYTES - 16 * 1024; // encoded: it has to fit into a hello
const ENTRY_BYTES = 32; // of an entry beside its strings: id, counts, incarnation, marks

/**
 * The set of all node ids ever admitted. It only grows, and what README.md proves of it rests on two things: `save`
 * is awaited before a hello is acknowledged, and entries are never removed.
 */
export class Roster {
  readonly self: NodeId;
  readonly #store: RosterStore;
  readonly #entries = new Map<NodeId, RosterEntry>();
  #lastSave: Promise<void> = Promise.resolve();
  #nextSave: Promise<void> | undefined;

  private constructor(store: RosterStore, self: NodeId) {
    this.#store = store;
    this.self = self;
  }

  /**
   * @param starts of this node so far
   * @throws {roster-mismatch} the stored roster is another node's
   * @throws {roster-lost} the node has started before, and its roster is gone: it could found a second cluster
   */
  static async load(store: RosterStore, self: NodeId, starts: number): Promise<Roster> {
    const roster = new Roster(store, self);
    for (const entry of await store.load()) roster.#entries.set(entry.id, entry);
    if (roster.#entries.size > 0 && !roster.#entries.has(self)) throw new RosterMismatchError(self);
    if (roster.#entries.size === 0 && starts > 0) throw new RosterLostError(self, starts);
    return roster;
  }

  /** Says of this node itself what holds from this start on. */
  introduce(self: Pick<RosterEntry, 'name' | 'addresses' | 'incarnation'>): void {
    const old = this.#entries.get(this.self);
    this.#entries.set(this.self, { id: this.self, founder: false, acked: false, ...old, ...self });
  }

  /** It only grows, and keeps the order in which nodes have become known. */
  get size(): number {
    return this.#entries.size;
  }

  entries(): readonly RosterEntry[] {
    return [...this.#entries.values()];
  }

  get(id: NodeId): RosterEntry | undefined {
    return this.#entries.get(id);
  }

  /** The node that founded the cluster; undefined while this node belongs to none. */
  get founder(): NodeId | undefined {
    return this.entries().find((entry) => entry.founder)?.id;
  }

  /** Whether this node was ever admitted to its cluster. */
  get admitted(): boolean {
    return this.#entries.get(this.self)?.acked === true;
  }

  /** What others may see. @param from leaves out those that were known before there were so many */
  members(from = 0): MemberEntry[] {
    return this.entries()
      .slice(from)
      .map(({ id, name, addresses, incarnation, founder }) => ({
        id,
        name,
        addresses: [...addresses],
        incarnation,
        founder,
      }));
  }

  /**
   * Adds nodes, or what is new of nodes that are known. Nothing is changed if it throws.
   * @returns the ids that changed
   * @throws {foreign-cluster} they are of another cluster
   * @throws {roster-full}
   */
  merge(members: readonly MemberEntry[]): NodeId[] {
    const theirs = members.find((member) => member.founder)?.id;
    const ours = this.founder;
    if (theirs !== undefined && ours !== undefined && theirs !== ours)
      throw new ForeignClusterError(`a cluster founded by ${theirs}`, `one by ${ours}`);
    const changed = members.flatMap((member) => this.#changed(member) ?? []);
    const merged = new Map([
      ...this.#entries,
      ...changed.map((entry) => [entry.id, entry] as const),
    ]);
    if (merged.size > MAX_ROSTER || sizeOf(merged.values()) > MAX_ROSTER_BYTES)
      throw new RosterFullError(MAX_ROSTER);
    for (const entry of changed) this.#entries.set(entry.id, entry);
    return changed.map(({ id }) => id);
  }

  /** A member has acknowledged this node. */
  acknowledged(id: NodeId): void {
    this.#mark(id, { acked: true });
  }

  /** This node is admitted to the cluster. */
  settle(): void {
    this.#mark(this.self, { acked: true });
  }

  /** This node is the first of a new cluster. */
  found(): void {
    this.#mark(this.self, { acked: true, founder: true });
  }

  /**
   * Stores the roster as it is at the call or later. Calls that come while one is under way share the next.
   * @throws {storage-failed}
   */
  save(): Promise<void> {
    this.#nextSave ??= this.#lastSave.then(() => {
      this.#nextSave = undefined;
      const write = this.#store.save(this.entries()).catch((cause: unknown) => {
        throw new StorageFailedError('roster', cause);
      });
      this.#lastSave = write.catch(() => undefined); // whoever called hears of it
      return write;
    });
    return this.#nextSave;
  }

  /** The entry as the member says it is, if that is news. */
  #changed(member: MemberEntry): RosterEntry | undefined {
    const old = this.#entries.get(member.id);
    if (old === undefined) return { ...member, acked: false };
    const founder = old.founder || member.founder;
    // What a node says of itself in a later incarnation beats hearsay of an earlier one.
    const newer = member.id !== this.self && member.incarnation > old.incarnation;
    if (!newer && founder === old.founder) return undefined;
    return { ...(newer ? member : old), founder, acked: old.acked };
  }

  #mark(id: NodeId, marks: Partial<RosterEntry>): void {
    const old = this.#entries.get(id);
    if (old !== undefined) this.#entries.set(id, { ...old, ...marks });
  }
}

/** No less than what the entries take in a hello. */
function sizeOf(entries: Iterable<RosterEntry>): number {
  let bytes = 0;
  for (const { name, addresses } of entries) {
    bytes += ENTRY_BYTES + Buffer.byteLength(name);
    for (const address of addresses) bytes += address.length + 2;
  }
  return bytes;
}
