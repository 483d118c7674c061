import { sizeOf } from './packet.ts';
import { compareCounts } from './precedence.ts';
import type { Statement } from '#posiv-wit/generated/p2p/membership.ts';

interface Item {
  readonly statement: Statement;
  readonly bytes: number;
  /** How often it was sent. */
  times: number;
}

/**
 * The news that this node passes on, piggy-backed on whatever it sends (SWIM, 4.1). Each piece is sent a bounded number of
 * times, what was sent least first: so the load of a packet has a bound, and new news is not held back by old.
 */
export class Dissemination {
  /** By how often it was sent; within, in the order of coming. */
  readonly #tiers: Set<Item>[] = [];
  /** The same by node; several of one are suspicions of several accusers. */
  readonly #byNode = new Map<string, Item[]>();

  get isEmpty(): boolean {
    return this.#byNode.size === 0;
  }

  /** Adds what is new of a node; what was said of it before is dropped, but for other accusers of the same suspicion. */
  add(statement: Statement): void {
    const kept: Item[] = [];
    for (const item of this.#byNode.get(statement.node) ?? []) {
      if (isOfAnotherAccuser(item.statement, statement)) kept.push(item);
      else this.#tiers[item.times]?.delete(item);
    }
    const item = { statement, bytes: sizeOf(statement), times: 0 };
    this.#byNode.set(statement.node, [...kept, item]);
    this.#tier(0).add(item);
  }

  /**
   * What goes with the next packet.
   * @param limit how often each piece is sent
   */
  take(maxBytes: number, limit: number): Statement[] {
    const taken: Item[] = [];
    let left = maxBytes;
    for (const tier of this.#tiers) {
      for (const item of tier) {
        if (item.bytes > left) break;
        left -= item.bytes;
        taken.push(item);
      }
    }
    for (const item of taken) this.#wasSent(item, limit);
    return taken.map(({ statement }) => statement);
  }

  #wasSent(item: Item, limit: number): void {
    this.#tiers[item.times]?.delete(item);
    item.times++;
    if (item.times < limit) {
      this.#tier(item.times).add(item);
      return;
    }
    const { node } = item.statement;
    const rest = (this.#byNode.get(node) ?? []).filter((other) => other !== item);
    if (rest.length > 0) this.#byNode.set(node, rest);
    else this.#byNode.delete(node);
  }

  #tier(times: number): Set<Item> {
    while (this.#tiers.length <= times) this.#tiers.push(new Set());
    return this.#tiers[times]!;
  }
}

function isOfAnotherAccuser(old: Statement, statement: Statement): boolean {
  return (
    old.standing.tag === 'suspect' &&
    statement.standing.tag === 'suspect' &&
    old.standing.val.accuser !== statement.standing.val.accuser &&
    compareCounts(old, statement) === 0
  );
}
