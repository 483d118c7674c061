import { Assembler, I32 } from './assembler.ts';
import type { CheckMode, CheckWriter } from './checks.ts';

/** Bytes between two checks: .1 ms where the memory is touched for the first time. */
export const MEMORY_CHUNK = 256 * 1024;

/** Elements between two checks: .2 ms. */
export const TABLE_CHUNK = 4_096;

/** Up to so many there is no check at all: a megabyte of code can have 100,000 of them in a row. */
export const UNCHECKED_BYTES = 1_024;
export const UNCHECKED_ELEMENTS = 4;

/**
 * Elements that an imported table can grow by at once: .7 ms. How far it may grow is not known here, so it cannot be grown in
 * parts, which might fail midway; the instruction may fail at any time.
 */
export const MOST_IMPORTED_GROWTH = 2 * TABLE_CHUNK;

/** A unit of fuel, which is about an instruction, pays for 64 bytes or 4 elements. */
const BYTES_PER_UNIT_LOG2 = 6;
const ELEMENTS_PER_UNIT_LOG2 = 2;

/** A function that does what one instruction does, in parts, with a check between them. */
export interface BulkHelper {
  readonly operation:
    | 'memoryFill'
    | 'memoryCopy'
    | 'memoryInit'
    | 'tableFill'
    | 'tableCopy'
    | 'tableInit'
    | 'tableGrow';
  /** The instruction's immediates. */
  readonly first: number;
  readonly second: number;
  /** Of `tableFill` and `tableGrow`: the type of the table's elements. */
  readonly element?: Uint8Array;
  /** Of `memoryInit` and `tableInit`: what the segment has until it is dropped, in bytes or elements. */
  readonly segmentLength?: number;
  /** Of `tableGrow`: elements that the table may have; undefined where it is imported. */
  readonly maximum?: number | undefined;
}

export interface HelperFunction {
  readonly type: Uint8Array;
  /** From the declarations of its locals to its end. */
  readonly body: Uint8Array;
  /** Where in the body the unlikely branches are. */
  readonly hints: readonly number[];
}

/** Parameters of all but `tableGrow`: destination, source or value, count. */
const DESTINATION = 0;
const SOURCE = 1;
const COUNT = 2;

/**
 * Writes the function. It is exact: the instruction itself is given the whole range where that is short, and where it is
 * out of bounds, so that it traps before anything is written; and what overlaps is copied from the end where that must be.
 */
export function bulkHelper(
  helper: BulkHelper,
  mode: CheckMode,
  checks: CheckWriter,
  fuelGlobal: number,
): HelperFunction {
  const a = new Assembler();
  const hints: number[] = [];
  const grows = helper.operation === 'tableGrow';
  const ofTable = helper.operation.startsWith('table');
  const count = grows ? 1 : COUNT;
  const unit = ofTable ? ELEMENTS_PER_UNIT_LOG2 : BYTES_PER_UNIT_LOG2;
  const context: Context = {
    a,
    helper,
    count,
    chunk: ofTable ? TABLE_CHUNK : MEMORY_CHUNK,
    unchecked: ofTable ? UNCHECKED_ELEMENTS : UNCHECKED_BYTES,
    check: () => void hints.push(checks.write(a.code, 0)),
    charge: () => {
      if (mode === 'epoch') return;
      a.op('globalGet', fuelGlobal).op('localGet', count).i32(unit).op('i32ShrU');
      a.op('i32Sub').op('globalSet', fuelGlobal);
    },
  };
  if (grows) {
    for (const each of [1, 1, I32]) a.code.u8(each); // a local: the size that it had
  } else a.code.u8(0);
  if (grows) growInParts(context);
  else inParts(context);
  a.op('end');
  return { type: typeOf(helper), body: a.code.finish(), hints };
}

interface Context {
  readonly a: Assembler;
  readonly helper: BulkHelper;
  readonly count: number;
  readonly chunk: number;
  readonly unchecked: number;
  readonly check: () => void;
  /** Takes fuel for the whole range, in fuel mode. */
  readonly charge: () => void;
}

function typeOf({ operation, element = new Uint8Array() }: BulkHelper): Uint8Array {
  if (operation === 'tableGrow') return Uint8Array.of(0x60, 2, ...element, I32, 1, I32);
  if (operation === 'tableFill') return Uint8Array.of(0x60, 3, I32, ...element, I32, 0);
  return Uint8Array.of(0x60, 3, I32, I32, I32, 0);
}

/** The instruction, for `count` elements from where destination and source point. */
function instruction({ a, helper }: Context, count: () => unknown): void {
  const { operation, first, second } = helper;
  a.op('localGet', DESTINATION).op('localGet', SOURCE);
  count();
  const one = operation === 'memoryFill' || operation === 'tableFill';
  a.bulk(operation, first, ...(one ? [] : [second]));
}

function inParts(context: Context): void {
  const { a, helper, chunk, unchecked, check, charge } = context;
  const { operation, first, second } = helper;
  const all = (): unknown => a.op('localGet', COUNT);
  const wholeIf = (condition: () => unknown): void => {
    condition();
    a.when(() => {
      instruction(context, all);
      a.op('return');
    });
  };
  const copies = operation === 'memoryCopy' || operation === 'tableCopy';
  const initialises = operation === 'memoryInit' || operation === 'tableInit';
  charge();
  // The destination is what the last immediate names, or of copies the first.
  const destination = initialises ? second : first;
  wholeIf(() => a.op('localGet', COUNT).i32(unchecked).op('i32LeU'));
  check();
  wholeIf(() => a.op('localGet', COUNT).i32(chunk).op('i32LeU'));
  wholeIf(() => beyond(context, DESTINATION, destination));
  if (copies) wholeIf(() => beyond(context, SOURCE, second));
  if (initialises) {
    const { segmentLength = 0 } = helper;
    wholeIf(() => {
      a.op('localGet', SOURCE).op('i64ExtendI32U').op('localGet', COUNT).op('i64ExtendI32U');
      a.op('i64Add').i64(segmentLength).op('i64GtU');
    });
    // It has nothing once it is dropped, which only the instruction itself knows: this one does nothing, or traps.
    a.i32(0).op('localGet', SOURCE).op('localGet', COUNT).op('i32Add').i32(0);
    a.bulk(operation, first, second);
  }
  const forwards = (): void => {
    a.repeat(() => {
      check();
      instruction(context, () => a.i32(chunk));
      advance(a, DESTINATION, chunk);
      if (copies || initialises) advance(a, SOURCE, chunk);
      advance(a, COUNT, -chunk);
      a.op('localGet', COUNT).i32(chunk).op('i32GtU');
    });
    instruction(context, all);
  };
  if (!copies || first !== second) return forwards();
  a.op('localGet', DESTINATION).op('localGet', SOURCE).op('i32LeU');
  a.when(() => {
    forwards();
    a.op('return');
  });
  a.repeat(() => {
    check();
    advance(a, COUNT, -chunk);
    for (const pointer of [DESTINATION, SOURCE])
      a.op('localGet', pointer).op('localGet', COUNT).op('i32Add');
    a.i32(chunk).bulk(operation, first, second);
    a.op('localGet', COUNT).i32(chunk).op('i32GtU');
  });
  instruction(context, all);
}

/** Whether the range that begins at `pointer` ends beyond the memory or table. */
function beyond({ a, helper }: Context, pointer: number, index: number): void {
  a.op('localGet', pointer).op('i64ExtendI32U');
  a.op('localGet', COUNT).op('i64ExtendI32U').op('i64Add');
  if (helper.operation.startsWith('table')) a.bulk('tableSize', index).op('i64ExtendI32U');
  else a.op('memorySize', index).op('i64ExtendI32U').i64(16).op('i64Shl'); // pages of 64 KiB
  a.op('i64GtU');
}

function advance(a: Assembler, local: number, by: number): void {
  a.op('localGet', local).i32(by).op('i32Add').op('localSet', local);
}

/** Parameters: the value, the count. */
function growInParts({ a, helper, count, chunk, check, charge }: Context): void {
  const { first, maximum } = helper;
  const size = 2;
  const grow = (by: () => unknown): void => {
    a.op('localGet', 0);
    by();
    a.bulk('tableGrow', first);
  };
  if (maximum === undefined) {
    a.op('localGet', count).i32(MOST_IMPORTED_GROWTH).op('i32GtU');
    a.when(() => a.i32(-1).op('return'));
    charge();
    check();
    return grow(() => a.op('localGet', count));
  }
  a.bulk('tableSize', first).op('localTee', size).op('i64ExtendI32U');
  a.op('localGet', count).op('i64ExtendI32U').op('i64Add').i64(maximum).op('i64GtU');
  a.when(() => a.i32(-1).op('return'));
  charge(); // not before: what fails at once is free
  check();
  a.op('localGet', count).i32(chunk).op('i32GtU');
  a.when(() =>
    a.repeat(() => {
      check();
      grow(() => a.i32(chunk));
      a.i32(0)
        .op('i32LtS')
        .when(() => a.i32(-1).op('return')); // the host is out of memory
      advance(a, count, -chunk);
      a.op('localGet', count).i32(chunk).op('i32GtU');
    }),
  );
  grow(() => a.op('localGet', count));
  // Of the parts only the first one told the size that it had.
  a.i32(0)
    .op('i32LtS')
    .when(() => a.i32(-1).op('return'));
  a.op('localGet', size);
}
