import type { Split } from './split.ts';

/** The splits that wait for a map vTask. Taking one costs the same however many there are, but for the nodes. */
export class SplitQueue {
  readonly #unplaced: Split[] = [];
  /** By the first of their holders: where a split's last record is likely to end, too. */
  readonly #byFirst = new Map<string, Split[]>();
  readonly #byNode = new Map<string, Split[]>();
  /** How many wait by the first of their holders. */
  readonly #backlog = new Map<string, number>();
  /** How many wait. */
  size = 0;

  /** Puts a split among those that wait. */
  put(split: Split): void {
    split.pending = true;
    this.#count(split, 1);
    if (split.nodes.length === 0) this.#unplaced.push(split);
    for (const [at, node] of split.nodes.entries()) {
      const lists = at === 0 ? this.#byFirst : this.#byNode;
      const held = lists.get(node);
      if (held) held.push(split);
      else lists.set(node, [split]);
    }
  }

  /**
   * A split for a vTask on this node: one whose bytes are there or nowhere, or else one of the node where the most wait,
   * unless it will come to all of them by itself soon: reading them from here would cost more than it saves (the rule of
   * delay scheduling, Zaharia et al., EuroSys 2010, by backlog in place of time).
   * @param soon how many splits a node's own vTasks will take once they have done what they are doing
   */
  take(node: string, soon: (node: string) => number): Split | undefined {
    const split =
      pop(this.#byFirst.get(node)) ??
      pop(this.#byNode.get(node)) ??
      pop(this.#unplaced) ??
      pop(this.#byFirst.get(this.#longest(soon)));
    if (split) {
      split.pending = false;
      this.#count(split, -1);
    }
    return split;
  }

  #longest(soon: (node: string) => number): string {
    let longest = '';
    let most = 0;
    for (const [node, waiting] of this.#backlog) {
      const more = waiting - soon(node);
      if (more > most) [longest, most] = [node, more];
    }
    return longest;
  }

  #count({ nodes: [node = ''] }: Split, change: number): void {
    this.size += change;
    if (node !== '') this.#backlog.set(node, (this.#backlog.get(node) ?? 0) + change);
  }
}

/** The last that still waits: a split stands in several lists and may have been taken from another. */
function pop(splits: Split[] | undefined): Split | undefined {
  for (;;) {
    const split = splits?.pop();
    if (!split || split.pending) return split;
  }
}
