import { type CodeMarks, MARK } from './code-marks.ts';
import type { FunctionCode } from './code-scanner.ts';

/** The most instructions that may be run by one call without a check, inner loops' checks not counted. */
const MOST_UNCHECKED = 1_024;

/**
 * The most for a function whose address is known or that others can call: who calls it does not know what it costs. So
 * it is also what such a call is taken to cost.
 */
const MOST_UNKNOWN = 64;

/** A function that can run more than this between its checks, calls included, has one before each costly call: .1 ms. */
const LONG = 256 * 1_024;

/** Calls that cost no more than this need no check of their own even then. */
const CHEAP_CALL = 32;

export interface CallGraphInit {
  readonly importedFunctions: number;
  readonly functions: readonly FunctionCode[];
  readonly marks: CodeMarks;
  /** The first mark of each function, and at the end the number of all marks. */
  readonly firstMarks: Uint32Array;
  /** By function index: whether others can call it without naming it: exported, in a table, referred to. */
  readonly known: Uint8Array;
}

/**
 * Decides which functions begin with a check. Every cycle of calls has one in it; without cycles only what is called is
 * summed up. A function that calls nothing costs its caller no more than it is long.
 */
export class CallGraph {
  readonly #init: CallGraphInit;
  /** By defined function: begins with a check. */
  readonly #checked: Uint8Array;
  /** By defined function: instructions of one call, without loops' further rounds and without calls of checked ones. */
  readonly #weights: Float64Array;

  constructor(init: CallGraphInit) {
    this.#init = init;
    this.#checked = new Uint8Array(init.functions.length);
    this.#weights = new Float64Array(init.functions.length);
    this.#plan();
  }

  /** Whether a defined function begins with a check. */
  isChecked(defined: number): boolean {
    return this.#checked[defined] === 1;
  }

  /** Whether calls in a defined function may need checks before them. */
  isLong(defined: number): boolean {
    return this.#weights[defined]! > LONG;
  }

  /** Whether a call of this function, or of an unknown one, needs a check before it where the caller is long. */
  isCostly(callee: number | undefined): boolean {
    if (callee === undefined) return true;
    const defined = callee - this.#init.importedFunctions;
    if (defined < 0) return true;
    return this.#checked[defined] === 0 && this.#weights[defined]! > CHEAP_CALL;
  }

  /** What a call adds to the caller's own instructions: that of a checked function is counted there. */
  costOf(mark: number): number {
    const { marks, importedFunctions } = this.#init;
    const defined = marks.kind(mark) === MARK.call ? marks.argument(mark) - importedFunctions : -1;
    if (defined < 0) return MOST_UNKNOWN;
    return this.#checked[defined] === 1 ? 1 : this.#weights[defined]!;
  }

  /** Depth first, without recursion, for a hostile module has chains of 250,000 calls. */
  #plan(): void {
    const { functions, firstMarks, marks, importedFunctions } = this.#init;
    const NEW = 0;
    const OPEN = 1;
    const DONE = 2;
    const state = new Uint8Array(functions.length);
    const next = new Uint32Array(functions.length);
    const stack = new Uint32Array(functions.length);
    const weights = this.#weights;
    const open = (index: number): void => {
      state[index] = OPEN;
      weights[index] = functions[index]!.instructions;
      next[index] = firstMarks[index]!;
    };
    for (let root = 0; root < functions.length; root++) {
      if (state[root] !== NEW) continue;
      let depth = 0;
      stack[0] = root;
      open(root);
      while (depth >= 0) {
        const current = stack[depth]!;
        const mark = next[current]!;
        if (mark === firstMarks[current + 1]) {
          this.#finish(current);
          state[current] = DONE;
          depth--;
          continue;
        }
        const kind = marks.kind(mark);
        const callee = kind === MARK.call ? marks.argument(mark) - importedFunctions : -1;
        if (callee >= 0 && state[callee] === NEW) {
          stack[++depth] = callee; // this mark is seen again once the callee is done
          open(callee);
          continue;
        }
        next[current] = mark + 1;
        if (callee >= 0 && state[callee] === OPEN) this.#checked[callee] = 1;
        else if (kind === MARK.call || kind === MARK.indirectCall)
          weights[current]! += this.costOf(mark);
      }
    }
  }

  #finish(index: number): void {
    const { functions, known, importedFunctions } = this.#init;
    const isKnown = known[importedFunctions + index] === 1;
    const weight = this.#weights[index]!;
    if ((isKnown && (functions[index]!.calls || weight > MOST_UNKNOWN)) || weight > MOST_UNCHECKED)
      this.#checked[index] = 1;
  }
}
