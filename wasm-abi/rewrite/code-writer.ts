import type { BranchHint, BranchHintWriter } from './branch-hints.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { CallGraph } from './call-graph.ts';
import type { CheckMode, CheckWriter } from './checks.ts';
import { type CodeMarks, MARK } from './code-marks.ts';
import type { FunctionCode } from './code-scanner.ts';
import { NOTHING, OP } from './assembler.ts';
import { afterType } from './instructions.ts';

/** Fuel for an instruction that takes the engine microseconds. */
const HEAVY_COST = 4_096;

export interface CodeWriterInit {
  readonly bytes: Uint8Array;
  readonly mode: CheckMode;
  readonly functions: readonly FunctionCode[];
  /** Where each function's declarations of locals begin, and where the function ends. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly marks: CodeMarks;
  readonly firstMarks: Uint32Array;
  readonly graph: CallGraph;
  readonly checks: CheckWriter;
  readonly hints: ReadonlyMap<number, readonly BranchHint[]>;
  readonly newHints: BranchHintWriter;
  readonly importedFunctions: number;
  /** The index of the first helper for operations on ranges. */
  readonly firstHelper: number;
}

/**
 * Writes the functions of a module with checks in them: where loops go round once more, at the beginning of the functions
 * that the call graph names, and before what is costly. All else is copied.
 */
export class CodeWriter {
  readonly #init: CodeWriterInit;
  #copied = 0;
  #hint = 0;
  #oldHints: readonly BranchHint[] = [];
  #start = 0;
  /** Of the loop that is being written several times: how often it still will be, and the first hint in it. */
  #copiesLeft = 0;
  #loopHint = 0;

  constructor(init: CodeWriterInit) {
    this.#init = init;
    if (init.mode === 'fuel') this.#addCallsToLoops();
  }

  /** Puts a function, from its locals to its end, in `out`, which is empty. */
  write(out: ByteWriter, defined: number): void {
    const { functions, starts, ends, marks, firstMarks, graph } = this.#init;
    const { hints, newHints, importedFunctions } = this.#init;
    const code = functions[defined]!;
    this.#start = starts[defined]!;
    this.#copied = this.#start;
    this.#oldHints = hints.get(importedFunctions + defined) ?? [];
    this.#hint = 0;
    if (graph.isChecked(defined)) this.#check(out, code.start, this.#entryCost(defined));
    const long = graph.isLong(defined);
    for (let mark = firstMarks[defined]!; mark < firstMarks[defined + 1]!; mark++) {
      const position = marks.position(mark);
      const argument = marks.argument(mark);
      switch (marks.kind(mark)) {
        case MARK.loop:
          this.#check(out, position, argument);
          break;
        case MARK.wrappedLoop:
          this.#openLoop(out, position, argument);
          break;
        case MARK.loopEnd:
          mark = this.#endBody(out, mark);
          break;
        case MARK.label:
          this.#copyTo(out, position);
          out.u32(argument);
          this.#copied = marks.extra(mark);
          break;
        case MARK.heavy:
          this.#check(out, position, HEAVY_COST);
          break;
        case MARK.call:
          if (long && graph.isCostly(argument)) this.#check(out, position, 0);
          break;
        case MARK.indirectCall:
          if (long && graph.isCostly(undefined)) this.#check(out, position, 0);
          break;
        default:
          this.#copyTo(out, position);
          out.u8(OP.call);
          out.u32(this.#init.firstHelper + argument);
          this.#copied = marks.extra(mark);
      }
    }
    this.#copyTo(out, ends[defined]!);
    newHints.endFunction(importedFunctions + defined);
  }

  /**
   * Writes a loop so that its check is behind its body, where only those come by who go round once more:
   *
   * ```wat
   * block T
   *   loop T
   *     block body br 2 end   ;; once or several times: a branch to the loop leads to the next
   *     check
   *     br 0
   *   end
   * end
   * ```
   */
  #openLoop(out: ByteWriter, position: number, copies: number): void {
    const { bytes } = this.#init;
    this.#copyTo(out, position);
    const body = afterType(bytes, position + 1);
    for (const opcode of [OP.block, OP.loop]) {
      out.u8(opcode);
      out.slice(bytes, position + 1, body);
    }
    out.u8(OP.block);
    out.u8(NOTHING);
    this.#copied = body;
    this.#copiesLeft = copies - 1;
    this.#loopHint = this.#hint;
  }

  /** @returns the mark after which to go on: the loop's own if its body is written once more */
  #endBody(out: ByteWriter, mark: number): number {
    const { bytes, marks } = this.#init;
    const loop = marks.argument(mark);
    this.#copyTo(out, marks.position(mark));
    out.u8(OP.branch);
    out.u8(2);
    out.u8(OP.end);
    if (marks.argument(loop) > 1 && this.#copiesLeft > 0) {
      this.#copiesLeft--;
      out.u8(OP.block);
      out.u8(NOTHING);
      this.#copied = afterType(bytes, marks.position(loop) + 1);
      this.#hint = this.#loopHint;
      return loop;
    }
    if (!this.#isCheckedWithin(loop)) this.#check(out, marks.position(mark), 0);
    out.u8(OP.branch);
    out.u8(0);
    out.u8(OP.end); // the other one is its own
    return mark;
  }

  /** Whether each round comes by the check of a function that it calls. */
  #isCheckedWithin(loop: number): boolean {
    const { marks, graph, importedFunctions } = this.#init;
    const call = marks.extra(loop);
    if (call < 0) return false;
    const defined = marks.argument(call) - importedFunctions;
    return defined >= 0 && graph.isChecked(defined);
  }

  /** A round of a loop costs what the functions without checks cost that it calls. */
  #addCallsToLoops(): void {
    const { marks, graph } = this.#init;
    for (let mark = 0; mark < marks.count; mark++) {
      const kind = marks.kind(mark);
      if (kind !== MARK.call && kind !== MARK.indirectCall) continue;
      const loop = marks.extra(mark);
      if (loop >= 0) marks.setArgument(loop, marks.argument(loop) + graph.costOf(mark));
    }
  }

  #entryCost(defined: number): number {
    const { functions, marks, firstMarks, graph } = this.#init;
    let cost = functions[defined]!.outsideLoops;
    if (this.#init.mode === 'epoch') return cost;
    for (let mark = firstMarks[defined]!; mark < firstMarks[defined + 1]!; mark++) {
      const kind = marks.kind(mark);
      const calls = kind === MARK.call || kind === MARK.indirectCall;
      if (calls && marks.extra(mark) < 0) cost += graph.costOf(mark);
    }
    return cost;
  }

  #check(out: ByteWriter, position: number, cost: number): void {
    this.#copyTo(out, position);
    this.#init.newHints.add(this.#init.checks.write(out, cost), 0);
  }

  /** Copies up to `position`; hints of instructions before it move along. */
  #copyTo(out: ByteWriter, position: number): void {
    const moved = out.length - (this.#copied - this.#start);
    for (; this.#hint < this.#oldHints.length; this.#hint++) {
      const { offset, likely } = this.#oldHints[this.#hint]!;
      if (this.#start + offset >= position) break;
      // One that points into an instruction that is replaced points to nothing.
      if (this.#start + offset >= this.#copied) this.#init.newHints.add(offset + moved, likely);
    }
    out.slice(this.#init.bytes, this.#copied, position);
    this.#copied = position;
  }
}
