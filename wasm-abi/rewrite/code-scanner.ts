import { UnsupportedImageError } from '../errors.ts';
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

/** What is known of a function's code. */
export interface FunctionCode {
  /** Where its instructions begin, after the locals. */
  readonly start: number;
  /** How many instructions it has. */
  readonly instructions: number;
  /** How many of them are not in a loop. */
  readonly outsideLoops: number;
  /** Whether it calls anything. */
  readonly calls: boolean;
}

/** Reads the code of a validated module once and marks where something may have to be put in. */
export class CodeScanner {
  readonly #bytes: Uint8Array;
  readonly #marks: CodeMarks;
  readonly #bulk: BulkOperations;
  readonly #referenced: (functionIndex: number) => void;
  /** Of each open block: its mark if it is a loop, or -1; and what belongs to the loop around that one. */
  #loops = new Int32Array(64);
  #counts = new Int32Array(64);
  #outer = new Int32Array(64);

  constructor(
    bytes: Uint8Array,
    marks: CodeMarks,
    bulk: BulkOperations,
    referenced: (functionIndex: number) => void,
  ) {
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
    let at = code;
    let instructions = 0; // of the innermost loop, or outside of all
    let all = 0;
    let depth = 0;
    let deepest = 0;
    let calls = false;
    let innermost = -1; // the mark of the loop
    let constant = -1; // the value of an i32.const directly before, if it is small
    while (at < end) {
      const position = at;
      const opcode = bytes[at++]!;
      const before = constant;
      constant = -1;
      instructions++;
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
        case form.I32_CONSTANT:
          constant = smallConstant(bytes, at);
          at = afterNumber(bytes, at);
          break;
        case form.BLOCK:
        case form.LOOP:
        case form.TRY_TABLE:
          at = afterType(bytes, at);
          if (opcode === 0x1f) at = afterCatches(bytes, at);
          if (++depth > deepest) {
            deepest = depth;
            if (depth >= this.#loops.length) this.#deepen();
          }
          this.#loops[depth] = -1;
          if (opcode === 0x03) {
            this.#outer[depth] = innermost;
            this.#counts[depth] = instructions;
            innermost = marks.add(MARK.loop, at, 0, 0);
            this.#loops[depth] = innermost;
            instructions = 0;
          }
          break;
        case form.END:
          if (depth > 0 && this.#loops[depth]! >= 0) {
            marks.setArgument(innermost, instructions);
            innermost = this.#outer[depth]!;
            instructions = this.#counts[depth]!;
          }
          depth--;
          break;
        case form.DELEGATE:
          at = afterNumber(bytes, at);
          depth--;
          break;
        case form.BRANCH_TABLE:
          at = afterNumbers(bytes, afterNumber(bytes, at), numberAt(bytes, at) + 1);
          break;
        case form.CALL: {
          calls = true;
          const callee = numberAt(bytes, at);
          at = afterNumber(bytes, at);
          marks.add(MARK.call, position, callee, innermost);
          break;
        }
        case form.INDIRECT_CALL:
        case form.REFERENCE_CALL:
          calls = true;
          at = afterNumber(bytes, at);
          if (opcode < 0x14) at = afterNumber(bytes, at);
          marks.add(MARK.indirectCall, position, 0, innermost);
          break;
        case form.HEAVY_ONE_NUMBER:
        case form.HEAVY:
          if (opcode !== 0x0a) at = afterNumber(bytes, at);
          marks.add(MARK.heavy, position, 0, 0);
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
          const helper = operation < 8 ? -1 : this.#bulk.helper(operation, immediates, before);
          if (helper >= 0) marks.add(MARK.bulk, position, helper, at);
          break;
        }
        case form.PREFIX_ATOMIC:
          at = afterAtomic(bytes, numberAt(bytes, at), afterNumber(bytes, at));
          if (at < 0) refuse('it waits on memory, which would stop others too', position);
          break;
        case form.PREFIX_GC:
          at = afterReferenceInstruction(bytes, numberAt(bytes, at), afterNumber(bytes, at));
          if (at < 0) refuse('it allocates garbage-collected values', position);
          break;
        default:
          refuse(`it has an unknown instruction, 0x${opcode.toString(16)}`, position);
      }
    }
    if (at !== end || depth !== -1)
      refuse('it has instructions that are not known here', Math.min(at, end));
    checkLimit('nesting', deepest, 'code', start);
    checkLimit('localsTimesNesting', deepest * locals, 'code', start);
    return { start: code, instructions: all, outsideLoops: instructions, calls };
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

  #deepen(): void {
    this.#loops = twice(this.#loops);
    this.#counts = twice(this.#counts);
    this.#outer = twice(this.#outer);
  }
}

function twice(old: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(old.length * 2);
  grown.set(old);
  return grown;
}

/** The value of a constant that is not negative and has at most four bytes; else -1. */
function smallConstant(bytes: Uint8Array, at: number): number {
  const length = afterNumber(bytes, at) - at;
  if (length > 4 || (bytes[at + length - 1]! & 0x40) !== 0) return -1;
  return numberAt(bytes, at);
}

function afterNumbers(bytes: Uint8Array, at: number, count: number): number {
  let next = at;
  for (let left = count; left > 0; left--) next = afterNumber(bytes, next);
  return next;
}

/** Catch clauses: with a tag (0, 1) or for all (2, 3), and a label. */
function afterCatches(bytes: Uint8Array, at: number): number {
  let next = afterNumber(bytes, at);
  for (let left = numberAt(bytes, at); left > 0; left--) {
    const tagged = bytes[next]! < 2;
    next = afterNumber(bytes, next + 1);
    if (tagged) next = afterNumber(bytes, next);
  }
  return next;
}

function refuse(what: string, offset: number): never {
  throw new UnsupportedImageError(what, { section: 'code', offset });
}
