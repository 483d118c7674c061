import type { Split } from './split.ts';

/** The splits that wait for a map vTask. Taking one costs the same however many there are. */
export class SplitQueue {
  readonly #all: Split[] = [];
  readonly #byNode = new Map<string, Split[]>();
  /** How many wait. */
  size = 0;

  /** Puts a split among those that wait. */
  put(split: Split): void {
    split.pending = true;
    this.size += 1;
    this.#all.push(split);
    for (const node of split.nodes) {
      const held = this.#byNode.get(node);
      if (held) held.push(split);
      else this.#byNode.set(node, [split]);
    }
  }

  /** A split for a vTask on this node: one whose bytes are there, or else any. */
  take(node: string): Split | undefined {
    const split = pop(this.#byNode.get(node)) ?? pop(this.#all);
    if (split) {
      split.pending = false;
      this.size -= 1;
    }
    return split;
  }
}

/** The last that still waits: a split stands in several lists and may have been taken from another. */
function pop(splits: Split[] | undefined): Split | undefined {
  for (;;) {
    const split = splits?.pop();
    if (!split || split.pending) return split;
  }
}
