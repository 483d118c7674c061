import { UnsupportedImageError } from '../errors.ts';
import { BULK } from './assembler.ts';
import type { BulkOperations } from './bulk-operations.ts';
import { type CodeMarks, MARK } from './code-marks.ts';
import * as form from './instructions.ts';
import {
  afterAtomic,
  afterBulk,
  afterMemoryArgument,
  afterNumber,
  afterReferenceInstruction,
  afterType,
  afterVector,
  FORMS,
  numberAt,
} from './instructions.ts';
import { checkLimit } from './limits.ts';
import { OpenBlocks } from './open-blocks.ts';
import type { LastingChanges } from './recycling.ts';

const TRY_TABLE = 0x1f;

/** A loop that calls nothing is written several times, with one check behind: at most so often, and in so many bytes. */
const MOST_COPIES = 4;
const UNROLLED_BYTES = 128;

/** Bytes around each body, and around a loop. */
const COPY_BYTES = 5;
const WRAP_BYTES = 16;

/** Instructions that an operation on a range is taken for, as far as it has no check. */
const BULK_WEIGHT = 48;

/** Bytes that wrapping may add to a function, and for each byte that it has: hostile ones consist of loops. */
const LEAST_ROOM = 128;
const MOST_GROWTH = 3;

/** What is known of a function's code. */
export interface FunctionCode {
  /** Where its instructions begin, after the locals. */
  readonly start: number;
  readonly locals: number;
  /** How many instructions it has, those of a loop that is written several times counted as often. */
  readonly instructions: number;
  /** How many of them are not in a loop. */
  readonly outsideLoops: number;
  /** Whether it calls anything. */
  readonly calls: boolean;
}

/** Reads the code of a validated module once and marks where something may have to be put in. */
export class CodeScanner {
  /** Of all functions so far. */
  readonly changes: LastingChanges = { tables: false, segments: false };
  readonly #bytes: Uint8Array;
  readonly #marks: CodeMarks;
  readonly #bulk: BulkOperations;
  readonly #referenced: (functionIndex: number) => void;
  readonly #wraps: boolean;
  readonly #blocks = new OpenBlocks();
  /** Bytes that wrapping may still add to the function. */
  #room = 0;
  /** Instructions of the copies of loops' bodies. */
  #repeated = 0;

  /**
   * @param wraps whether checks of loops come behind their bodies
   * @param referenced hears of the functions whose references are taken
   */
  constructor(
    bytes: Uint8Array,
    marks: CodeMarks,
    bulk: BulkOperations,
    wraps: boolean,
    referenced: (functionIndex: number) => void,
  ) {
    this.#wraps = wraps;
    this.#bytes = bytes;
    this.#marks = marks;
    this.#bulk = bulk;
    this.#referenced = referenced;
  }

  /**
   * Goes through one function, from the declarations of its locals to its end.
   * @throws {unsupported-image} also {image-too-large}
   */
  scan(start: number, end: number): FunctionCode {
    checkLimit('functionBytes', end - start, 'code', start);
    const { code, locals } = this.#skipLocals(start);
    checkLimit('locals', locals, 'code', start);
    checkLimit('localsTimesBytes', locals * (end - start), 'code', start);
    const bytes = this.#bytes;
    const marks = this.#marks;
    const blocks = this.#blocks;
    blocks.clear();
    this.#room = LEAST_ROOM + (end - start) * MOST_GROWTH;
    this.#repeated = 0;
    let at = code;
    let all = 0;
    let calls = false;
    let constant = -1; // the value of an i32.const directly before, if it is small
    while (at < end) {
      const position = at;
      const opcode = bytes[at++]!;
      const before = constant;
      constant = -1;
      blocks.instructions++;
      all++;
      switch (FORMS[opcode]) {
        case form.NO_IMMEDIATE:
          break;
        case form.MEMORY_ARGUMENT:
          at = bytes[at]! < 0x40 ? afterNumber(bytes, at + 1) : afterMemoryArgument(bytes, at);
          break;
        case form.ONE_NUMBER:
          at = afterNumber(bytes, at);
          break;
        case form.TABLE_SET:
          this.changes.tables = true;
          at = afterNumber(bytes, at);
          break;
        case form.I32_CONSTANT:
          constant = smallConstant(bytes, at);
          at = afterNumber(bytes, at);
          break;
        case form.BLOCK:
        case form.TRY_TABLE:
          at = afterType(bytes, at);
          if (opcode === TRY_TABLE) at = this.#catches(at);
          blocks.open();
          break;
        case form.LOOP:
          at = this.#openLoop(position);
          break;
        case form.END:
          if (blocks.isLoop) this.#endLoop(position);
          blocks.close();
          break;
        case form.DELEGATE:
          blocks.close();
          at = this.#label(at);
          break;
        case form.BRANCH:
          at = this.#label(at);
          break;
        case form.BRANCH_TABLE: {
          const labels = numberAt(bytes, at) + 1;
          at = afterNumber(bytes, at);
          for (let left = labels; left > 0; left--) at = this.#label(at);
          break;
        }
        case form.CALL: {
          calls = true;
          const callee = numberAt(bytes, at);
          at = afterNumber(bytes, at);
          this.#inEachRound(marks.add(MARK.call, position, callee, blocks.innermost));
          break;
        }
        case form.INDIRECT_CALL:
        case form.REFERENCE_CALL:
          calls = true;
          at = afterNumber(bytes, at);
          if (opcode < 0x14) at = afterNumber(bytes, at);
          marks.add(MARK.indirectCall, position, 0, blocks.innermost);
          break;
        case form.HEAVY_ONE_NUMBER:
        case form.HEAVY:
          if (opcode !== 0x0a) at = afterNumber(bytes, at);
          marks.add(MARK.heavy, position, 0, 0);
          break;
        case form.MEMORY_GROW: {
          const helper = this.#bulk.memoryGrow(numberAt(bytes, at));
          at = afterNumber(bytes, at);
          marks.add(MARK.heavy, position, 0, 0);
          marks.add(MARK.bulk, position, helper, at);
          break;
        }
        case form.RETHROW:
          marks.add(MARK.heavy, position, 0, 0);
          at = this.#label(at);
          break;
        case form.FUNCTION_REFERENCE:
          this.#referenced(numberAt(bytes, at));
          at = afterNumber(bytes, at);
          break;
        case form.SELECT_TYPES: {
          const types = numberAt(bytes, at);
          at = afterNumber(bytes, at);
          for (let left = types; left > 0; left--) at = afterType(bytes, at);
          break;
        }
        case form.FOUR_BYTES:
          at += 4;
          break;
        case form.EIGHT_BYTES:
          at += 8;
          break;
        case form.PREFIX_VECTOR:
          at = afterVector(bytes, numberAt(bytes, at), afterNumber(bytes, at));
          if (at < 0) refuse('it has an unknown vector instruction', position);
          break;
        case form.PREFIX_BULK: {
          const operation = numberAt(bytes, at);
          const immediates = afterNumber(bytes, at);
          at = afterBulk(bytes, operation, immediates);
          if (at < 0) refuse('it has an unknown instruction', position);
          this.#notice(operation);
          if (operation >= 8 && operation <= 17) all += BULK_WEIGHT; // on memories and tables
          const helper = operation < 8 ? -1 : this.#bulk.helper(operation, immediates, before);
          if (helper >= 0) marks.add(MARK.bulk, position, helper, at);
          break;
        }
        case form.PREFIX_ATOMIC:
          at = afterAtomic(bytes, numberAt(bytes, at), afterNumber(bytes, at));
          if (at < 0) refuse('it waits on memory, which would stop others too', position);
          break;
        case form.PREFIX_GC:
          at = this.#reference(numberAt(bytes, at), afterNumber(bytes, at));
          if (at < 0) refuse('it allocates garbage-collected values', position);
          break;
        default:
          refuse(`it has an unknown instruction, 0x${opcode.toString(16)}`, position);
      }
    }
    if (at !== end || blocks.depth !== -1)
      refuse('it has instructions that are not known here', Math.min(at, end));
    const { deepest, instructions } = blocks;
    checkLimit('nesting', deepest, 'code', start);
    checkLimit('localsTimesNesting', deepest * locals, 'code', start);
    return {
      start: code,
      locals,
      instructions: all + this.#repeated,
      outsideLoops: instructions,
      calls,
    };
  }

  /** @param operation what follows the prefix 0xfc */
  #notice(operation: number): void {
    if (operation === BULK.dataDrop || operation === BULK.elementDrop) this.changes.segments = true;
    else if (operation >= BULK.tableInit && operation !== BULK.tableSize)
      this.changes.tables ||= operation <= BULK.tableFill;
  }

  /** @returns where its body begins */
  #openLoop(position: number): number {
    const type = this.#bytes[position + 1]!;
    const body = afterType(this.#bytes, position + 1);
    // One of a type with an index may take parameters, which would have to be there for each copy.
    const wraps = this.#wraps && type >= 0x40 && type < 0x80 && this.#room >= WRAP_BYTES;
    if (wraps) this.#room -= WRAP_BYTES;
    const mark = wraps
      ? this.#marks.add(MARK.wrappedLoop, position, 1, -1)
      : this.#marks.add(MARK.loop, body, 0, 0);
    this.#blocks.openLoop(mark, wraps);
    return body;
  }

  #endLoop(position: number): void {
    const marks = this.#marks;
    const { innermost, instructions } = this.#blocks;
    if (marks.kind(innermost) === MARK.loop) marks.setArgument(innermost, instructions);
    else {
      const copies = this.#copies(innermost, position);
      this.#repeated += (copies - 1) * instructions;
      marks.setArgument(innermost, copies);
      marks.add(MARK.loopEnd, position, innermost, 0);
    }
  }

  /** How often the body of the innermost loop is written. */
  #copies(loop: number, end: number): number {
    const marks = this.#marks;
    const length = end - afterType(this.#bytes, marks.position(loop) + 1);
    const copies = Math.min(MOST_COPIES, Math.floor(UNROLLED_BYTES / length));
    if (copies < 2 || !this.#blocks.isTargeted) return 1;
    for (let mark = loop + 1; mark < marks.count; mark++)
      if (marks.kind(mark) !== MARK.label) return 1;
    const growth = (copies - 1) * (length + COPY_BYTES);
    if (growth > this.#room) return 1;
    this.#room -= growth;
    return copies;
  }

  /** A call that no round of the innermost loop goes without is one directly in it, before the first branch back. */
  #inEachRound(call: number): void {
    const { innermost, isLoop, isTargeted } = this.#blocks;
    const marks = this.#marks;
    if (!isLoop || isTargeted || marks.kind(innermost) !== MARK.wrappedLoop) return;
    if (marks.extra(innermost) < 0) marks.setExtra(innermost, call);
  }

  /** @returns where the label at `at` ends */
  #label(at: number): number {
    const label = numberAt(this.#bytes, at);
    const moved = this.#blocks.branch(label);
    const end = afterNumber(this.#bytes, at);
    if (moved !== label) this.#marks.add(MARK.label, at, moved, end);
    return end;
  }

  /** Catch clauses: with a tag (0, 1) or for all (2, 3), and a label. */
  #catches(at: number): number {
    let next = afterNumber(this.#bytes, at);
    for (let left = numberAt(this.#bytes, at); left > 0; left--) {
      const tagged = this.#bytes[next]! < 2;
      next = this.#label(tagged ? afterNumber(this.#bytes, next + 1) : next + 1);
    }
    return next;
  }

  #reference(code: number, at: number): number {
    if (code === 24 || code === 25) this.#label(at + 1); // br_on_cast, br_on_cast_fail
    return afterReferenceInstruction(this.#bytes, code, at);
  }

  #skipLocals(start: number): { code: number; locals: number } {
    const bytes = this.#bytes;
    let at = afterNumber(bytes, start);
    let locals = 0;
    for (let left = numberAt(bytes, start); left > 0; left--) {
      locals += numberAt(bytes, at);
      at = afterType(bytes, afterNumber(bytes, at));
    }
    return { code: at, locals };
  }
}

/** The value of a constant that is not negative and has at most four bytes; else -1. */
function smallConstant(bytes: Uint8Array, at: number): number {
  const length = afterNumber(bytes, at) - at;
  if (length > 4 || (bytes[at + length - 1]! & 0x40) !== 0) return -1;
  return numberAt(bytes, at);
}

function refuse(what: string, offset: number): never {
  throw new UnsupportedImageError(what, { section: 'code', offset });
}
