/** What a mark stands for. */
export const MARK = {
  /** A loop; at the first instruction in it. The argument is how many instructions one round runs, inner loops excepted. */
  loop: 0,
  /** A call; its argument is the function's index. */
  call: 1,
  /** A call whose target is not known. */
  indirectCall: 2,
  /** An instruction that takes the engine microseconds. */
  heavy: 3,
  /** An operation on a range, or a memory's growth; its argument is the number of the helper that carries it out. */
  bulk: 4,
  /** A loop with its check behind its body. The argument is how often the body is written, `extra` a call of each round. */
  wrappedLoop: 5,
  /** The end of such a loop, whose mark is the argument. */
  loopEnd: 6,
  /** A label that is another number once loops are wrapped: the argument. */
  label: 7,
} as const;

const FIELDS = 4;

/** The places in a module's code where something may have to be put in, in order: one flat array, for there are millions. */
export class CodeMarks {
  #fields = new Int32Array(FIELDS * 1_024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /**
   * @param position where the instruction begins, in bytes
   * @param extra of `bulk` and `label` where it ends; of calls the mark of the innermost loop around it, or -1; of
   *   `wrappedLoop` the mark of a call that is made in each round, or -1
   * @returns the mark's number
   */
  add(kind: number, position: number, argument: number, extra: number): number {
    const at = this.#count * FIELDS;
    if (at === this.#fields.length) {
      const grown = new Int32Array(this.#fields.length * 2);
      grown.set(this.#fields);
      this.#fields = grown;
    }
    this.#fields[at] = kind;
    this.#fields[at + 1] = position;
    this.#fields[at + 2] = argument;
    this.#fields[at + 3] = extra;
    return this.#count++;
  }

  kind(mark: number): number {
    return this.#fields[mark * FIELDS]!;
  }

  position(mark: number): number {
    return this.#fields[mark * FIELDS + 1]!;
  }

  argument(mark: number): number {
    return this.#fields[mark * FIELDS + 2]!;
  }

  extra(mark: number): number {
    return this.#fields[mark * FIELDS + 3]!;
  }

  setExtra(mark: number, value: number): void {
    this.#fields[mark * FIELDS + 3] = value;
  }

  setArgument(mark: number, value: number): void {
    this.#fields[mark * FIELDS + 2] = value;
  }
}
