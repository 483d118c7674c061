/** What is added around a wrapped loop: labels beyond it are this much further away. */
const LABELS_OF_WRAPPED = 2;

/** The blocks that are open at a place in a function's code; the function itself is at depth 0. */
export class OpenBlocks {
  depth = 0;
  /** The greatest depth so far, with the blocks that wrapping adds. */
  deepest = 0;
  /** Instructions so far, of the innermost loop without those within it, or outside of all. */
  instructions = 0;
  /** The mark of the innermost loop, or -1. */
  innermost = -1;
  /** By depth: its mark if it is a loop, or -1. */
  #loops = new Int32Array(64).fill(-1);
  /** By depth of a loop: what belongs to the loop around it. */
  #outerInstructions = new Int32Array(64);
  #outer = new Int32Array(64);
  /** By depth: how many of the blocks up to it are wrapped loops. */
  #wrapped = new Int32Array(64);
  /** By depth: whether a branch to its label was seen. */
  #targeted = new Uint8Array(64);

  /** For the next function. */
  clear(): void {
    this.depth = 0;
    this.deepest = 0;
    this.instructions = 0;
    this.innermost = -1;
    this.#targeted[0] = 0;
  }

  open(): void {
    const depth = ++this.depth;
    if (depth >= this.#loops.length) this.#deepen();
    this.#loops[depth] = -1;
    this.#targeted[depth] = 0;
    const wrapped = this.#wrapped[depth - 1]!;
    this.#wrapped[depth] = wrapped;
    const added = depth + wrapped * LABELS_OF_WRAPPED;
    if (added > this.deepest) this.deepest = added;
  }

  /** @param mark the loop's mark */
  openLoop(mark: number, isWrapped: boolean): void {
    this.open();
    const { depth } = this;
    this.#loops[depth] = mark;
    this.#outer[depth] = this.innermost;
    this.#outerInstructions[depth] = this.instructions;
    this.innermost = mark;
    this.instructions = 0;
    if (isWrapped) this.#wrapped[depth]!++;
  }

  /** Whether the innermost block is a loop. */
  get isLoop(): boolean {
    return this.depth > 0 && this.#loops[this.depth]! >= 0;
  }

  /** Whether a branch to the innermost block's label was seen. */
  get isTargeted(): boolean {
    return this.#targeted[this.depth] === 1;
  }

  close(): void {
    const depth = this.depth--;
    if (depth <= 0 || this.#loops[depth]! < 0) return;
    this.innermost = this.#outer[depth]!;
    this.instructions = this.#outerInstructions[depth]!;
  }

  /**
   * Takes note of a branch.
   * @param label relative to the innermost block
   * @returns the label among the blocks that are written
   */
  branch(label: number): number {
    const target = Math.max(0, this.depth - label);
    this.#targeted[target] = 1;
    return label + (this.#wrapped[this.depth]! - this.#wrapped[target]!) * LABELS_OF_WRAPPED;
  }

  #deepen(): void {
    this.#loops = twice(this.#loops);
    this.#outerInstructions = twice(this.#outerInstructions);
    this.#outer = twice(this.#outer);
    this.#wrapped = twice(this.#wrapped);
    const targeted = new Uint8Array(this.#targeted.length * 2);
    targeted.set(this.#targeted);
    this.#targeted = targeted;
  }
}

function twice(old: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(old.length * 2);
  grown.set(old);
  return grown;
}
