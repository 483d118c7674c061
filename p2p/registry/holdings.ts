import { InvalidRecordError } from '../errors.ts';
import { Holding, MAX_ENTRIES, MAX_HOLDING_BYTES, sizeOf } from './holding.ts';
import { recordOf, type NodeRecord } from './record.ts';
import type { NodeId } from '../node-id.ts';
import type { Delta, Held } from '#posiv-wit/generated/p2p/registry.ts';

const MAX_HELD_BYTES = 256 * 1024 * 1024; // of all nodes together: more is not taken in

export interface HoldingsInit {
  self: NodeId;
  /** What this node tells of itself; its owner changes it. */
  own: Holding;
  isAdmitted: (node: NodeId) => boolean;
}

/** What is held of each node. */
export class Holdings {
  readonly #init: HoldingsInit;
  readonly #others = new Map<NodeId, Holding>();
  readonly #records = new WeakMap<Holding, { version: number; record: NodeRecord | undefined }>();
  #bytes = 0;

  constructor(init: HoldingsInit) {
    this.#init = init;
  }

  /** Of whom something is held and counts. */
  nodes(): NodeId[] {
    const { self, isAdmitted } = this.#init;
    return [self, ...[...this.#others.keys()].filter((node) => isAdmitted(node))];
  }

  get(node: NodeId): Holding | undefined {
    return node === this.#init.self ? this.#init.own : this.#others.get(node);
  }

  held(node: NodeId): Held {
    const { incarnation = 0, version = 0 } = this.get(node) ?? {};
    return { node, incarnation, version };
  }

  record(node: NodeId): NodeRecord | undefined {
    const holding = this.get(node);
    if (holding === undefined) return undefined;
    const { version } = holding;
    const known = this.#records.get(holding);
    if (known?.version === version) return known.record;
    const record = recordOf(holding);
    this.#records.set(holding, { version, record });
    return record;
  }

  /** Whether somebody else holds what counts here and is newer. */
  lacks({ node, incarnation, version }: Held): boolean {
    if (!this.#isOther(node)) return false;
    const ours = this.held(node);
    if (incarnation !== ours.incarnation) return incarnation > ours.incarnation;
    return version > ours.version;
  }

  /**
   * Takes in what was told of a node.
   * @returns `gap` when something before it is missing
   * @throws {invalid-record} it would be more than a node may tell; then nothing is held of it any more
   */
  take(delta: Delta): 'changed' | 'known' | 'gap' {
    const { node } = delta;
    if (!this.#isOther(node) || this.#bytes + sizeOf(delta) > MAX_HELD_BYTES) return 'known';
    const holding = this.#others.get(node) ?? new Holding(delta.incarnation);
    const { bytes, incarnation } = holding;
    // Copies: what came are views that would keep a whole received chunk.
    const entries = delta.entries.map((entry) => ({ ...entry, value: entry.value?.slice() }));
    const result = holding.apply({ ...delta, entries });
    if (result !== 'changed') return result;
    if (holding.incarnation !== incarnation) this.#records.delete(holding); // it counts from 1 again
    this.#others.set(node, holding);
    this.#bytes += holding.bytes - bytes;
    if (holding.bytes > MAX_HOLDING_BYTES || holding.size > MAX_ENTRIES) {
      this.#others.delete(node);
      this.#bytes -= holding.bytes;
      throw new InvalidRecordError(`more of node ${node} than a node may tell`);
    }
    return result;
  }

  #isOther(node: NodeId): boolean {
    return node !== this.#init.self && this.#init.isAdmitted(node);
  }
}
