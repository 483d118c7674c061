import type { TableType } from '../binary/core-module.ts';
import { BULK } from './assembler.ts';
import { type BulkHelper, UNCHECKED_BYTES, UNCHECKED_ELEMENTS } from './bulk-helper.ts';
import type { CheckMode } from './checks.ts';
import { afterNumber, numberAt } from './instructions.ts';
import type { GrowthHelper } from './memory-growth.ts';

/** In fuel mode ranges up to this many bytes cost nothing beside their instruction. */
const FREE_BYTES = 64;

export interface BulkOperationsInit {
  readonly bytes: Uint8Array;
  readonly mode: CheckMode;
  /** Imported ones, then defined ones with the maximum that they are given. */
  readonly tables: readonly TableType[];
  readonly importedTables: number;
  /** Bytes or elements of each segment. */
  readonly dataLengths: readonly number[];
  readonly elementLengths: readonly number[];
}

/**
 * Finds the operations on ranges that could take longer than a slice, and the growth of memories, and the helper functions that
 * stand in for them.
 */
export class BulkOperations {
  readonly helpers: (BulkHelper | GrowthHelper)[] = [];
  /** The memories that the module grows, each once. */
  readonly grown: number[] = [];
  readonly #init: BulkOperationsInit;
  readonly #known = new Map<string, number>();

  constructor(init: BulkOperationsInit) {
    this.#init = init;
  }

  /**
   * The helper for an operation, by its number.
   * @param operation what follows the prefix 0xfc
   * @param immediates where its immediates begin
   * @param count how many bytes or elements it is for, where that is known; else -1
   * @returns -1 where the instruction can stay
   */
  helper(operation: number, immediates: number, count: number): number {
    const { bytes, mode, tables, importedTables, dataLengths, elementLengths } = this.#init;
    const epoch = mode === 'epoch';
    const freeBytes = epoch ? UNCHECKED_BYTES : FREE_BYTES;
    const freeElements = UNCHECKED_ELEMENTS;
    const first = numberAt(bytes, immediates);
    const second = numberAt(bytes, afterNumber(bytes, immediates));
    const short = (most: number, free: number): boolean =>
      most <= free || (count >= 0 && count <= free);
    switch (operation) {
      case BULK.memoryFill:
        if (short(Infinity, freeBytes)) return -1;
        return this.#range({ operation: 'memoryFill', first, second: 0 });
      case BULK.memoryCopy:
        if (short(Infinity, freeBytes)) return -1;
        return this.#range({ operation: 'memoryCopy', first, second });
      case BULK.memoryInit:
        if (short(dataLengths[first]!, freeBytes)) return -1;
        return this.#range({
          operation: 'memoryInit',
          first,
          second,
          segmentLength: dataLengths[first]!,
        });
      case BULK.tableInit:
        if (short(elementLengths[first]!, freeElements)) return -1;
        return this.#range({
          operation: 'tableInit',
          first,
          second,
          segmentLength: elementLengths[first]!,
        });
      case BULK.tableCopy:
        if (short(Infinity, freeElements)) return -1;
        return this.#range({ operation: 'tableCopy', first, second });
      case BULK.tableFill: {
        if (short(Infinity, freeElements)) return -1;
        const { element } = tables[first]!;
        return this.#range({ operation: 'tableFill', first, second: 0, element });
      }
      case BULK.tableGrow: {
        if (short(Infinity, freeElements)) return -1;
        const { element, max } = tables[first]!;
        const maximum = first < importedTables ? undefined : max;
        return this.#range({ operation: 'tableGrow', first, second: 0, element, maximum });
      }
      default:
        return -1; // data.drop, elem.drop, table.size, wide arithmetic
    }
  }

  /** The helper for `memory.grow`, by its number. */
  memoryGrow(memory: number): number {
    if (!this.grown.includes(memory)) this.grown.push(memory);
    return this.#number({ operation: 'memoryGrow', memory }, memory);
  }

  #range(helper: BulkHelper): number {
    return this.#number(helper, helper.first, helper.second);
  }

  #number(helper: BulkHelper | GrowthHelper, ...immediates: readonly number[]): number {
    const key = [helper.operation, ...immediates].join(' ');
    let number = this.#known.get(key);
    if (number === undefined) {
      number = this.helpers.push(helper) - 1;
      this.#known.set(key, number);
    }
    return number;
  }
}
