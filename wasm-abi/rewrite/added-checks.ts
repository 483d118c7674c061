import { ByteReader } from '../binary/byte-reader.ts';
import type { CoreModule } from '../binary/core-module.ts';
import { Assembler, EXTERNREF, I32 } from './assembler.ts';
import { BranchHintWriter, readBranchHints } from './branch-hints.ts';
import { bulkHelper } from './bulk-helper.ts';
import { BulkOperations } from './bulk-operations.ts';
import { ByteWriter } from './byte-writer.ts';
import { CallGraph } from './call-graph.ts';
import { cappedTable } from './caps.ts';
import { type CheckMode, CheckWriter } from './checks.ts';
import { CodeMarks } from './code-marks.ts';
import { CodeScanner, type FunctionCode } from './code-scanner.ts';
import { CodeWriter } from './code-writer.ts';
import { CompileAhead } from './compile-ahead.ts';
import { exported } from './export-entry.ts';
import { functionsInGlobals } from './global-section.ts';
import type { IndexSpaces } from './index-spaces.ts';
import { growthHelper, MOST_PAGES } from './memory-growth.ts';
import { ADDED_EXPORTS } from './reserved-names.ts';
import type { LastingChanges } from './recycling.ts';
import { dataLengths, elementLengths } from './segments.ts';

const ELEMENT = 9;
const GLOBAL = 6;
const CODE = 10;
const DATA = 11;

const NULLABLE_REFERENCE = 0x63;
const MUTABLE = 1;
const GLOBAL_KIND = 3;

/** What checks add to a module: items for the ends of its sections, and its code, written anew. */
export interface AddedItems {
  readonly types: readonly Uint8Array[];
  readonly functions: readonly Uint8Array[];
  readonly globals: readonly Uint8Array[];
  readonly exports: readonly Uint8Array[];
  readonly code: ByteWriter;
  readonly hints: BranchHintWriter;
  readonly ahead: CompileAhead;
  /** The indices of the memories that the code grows. */
  readonly grown: readonly number[];
  /** What the code does that lasts. */
  readonly changes: LastingChanges;
}

/**
 * Puts checks into the code of a validated module. A check calls a helper function that is added to the module, and this
 * one the function in the global `ADDED_EXPORTS.pause`. All that is added comes last in its index space, so nothing that
 * the module has changes its index.
 * @param start the index of its start function
 * @returns undefined for a module without code
 */
export function addChecks(
  bytes: Uint8Array,
  module: CoreModule,
  spaces: IndexSpaces,
  mode: CheckMode,
  start: number | undefined,
): AddedItems | undefined {
  const section = module.sections.find(({ id }) => id === CODE);
  if (!section || spaces.definedFunctions === 0) return undefined;
  const known = new Uint8Array(spaces.importedFunctions + spaces.definedFunctions);
  const reader = new ByteReader(bytes, section.body, section.end, 'code');
  const { scanned, bulk, ahead, changes } = scan(reader, module, spaces, mode, known, start);
  const helper = spaces.importedFunctions + spaces.definedFunctions;
  const fuelGlobal = spaces.globals + 2;
  const firstLimit = mode === 'fuel' ? fuelGlobal + 1 : fuelGlobal;
  const checks = new CheckWriter(mode, { helper, flagMemory: spaces.memories, fuelGlobal });
  const newHints = new BranchHintWriter();
  const writer = new CodeWriter({
    bytes,
    mode,
    ...scanned,
    graph: new CallGraph({ importedFunctions: spaces.importedFunctions, known, ...scanned }),
    checks,
    hints: readBranchHints(bytes, module),
    newHints,
    importedFunctions: spaces.importedFunctions,
    firstHelper: helper + 1,
  });
  const code = new ByteWriter(Math.ceil((section.end - section.body) * 1.1) + 4_096);
  const body = new ByteWriter(64 * 1024);
  code.u32(spaces.definedFunctions + 1 + bulk.helpers.length);
  for (let defined = 0; defined < spaces.definedFunctions; defined++) {
    body.clear();
    writer.write(body, defined);
    code.sized(body);
  }
  const pauseType = spaces.types;
  const types: Uint8Array[] = [Uint8Array.of(0x60, 1, EXTERNREF, 0), Uint8Array.of(0x60, 0, 0)];
  const functions: Uint8Array[] = [number(pauseType + 1)];
  putSized(code, callHost(spaces.globals, pauseType));
  for (const [index, each] of bulk.helpers.entries()) {
    const made =
      each.operation === 'memoryGrow'
        ? growthHelper(each, firstLimit + bulk.grown.indexOf(each.memory))
        : bulkHelper(each, mode, checks, fuelGlobal);
    functions.push(number(pauseType + types.push(made.type) - 1));
    putSized(code, made.body);
    for (const offset of made.hints) newHints.add(offset, 0);
    newHints.endFunction(helper + 1 + index);
  }
  const { grown } = bulk;
  const globals = addedGlobals(spaces, mode, pauseType, grown);
  return { types, functions, ...globals, code, hints: newHints, ahead, grown, changes };
}

/** Reads all functions once. */
function scan(
  reader: ByteReader,
  module: CoreModule,
  spaces: IndexSpaces,
  mode: CheckMode,
  known: Uint8Array,
  start: number | undefined,
) {
  const { bytes } = reader;
  const reached = (index: number): void => void (known[index] = 1);
  const range = (id: number) => module.sections.find((each) => each.id === id);
  for (const { kind, index } of module.exports) if (kind === 'function') reached(index);
  if (start !== undefined) reached(start);
  functionsInGlobals(bytes, range(GLOBAL), reached);
  const imported = module.imports.flatMap(({ table }) => (table ? [table] : []));
  const bulk = new BulkOperations({
    bytes,
    mode,
    tables: [...imported, ...module.tables.map(cappedTable)],
    importedTables: imported.length,
    dataLengths: dataLengths(bytes, range(DATA)),
    elementLengths: elementLengths(bytes, range(ELEMENT), reached),
  });
  const marks = new CodeMarks();
  const scanner = new CodeScanner(bytes, marks, bulk, mode === 'epoch', reached);
  const count = reader.u32();
  const firstDefined = spaces.importedFunctions;
  const starts = new Uint32Array(count);
  const ends = new Uint32Array(count);
  const firstMarks = new Uint32Array(count + 1);
  const functions: FunctionCode[] = [];
  const ahead = new CompileAhead();
  for (let index = 0; index < count; index++) {
    const body = reader.part(reader.u32(), 'code');
    starts[index] = body.offset;
    ends[index] = body.end;
    firstMarks[index] = marks.count;
    const code = scanner.scan(body.offset, body.end);
    functions.push(code);
    ahead.note(firstDefined + index, code.locals, body.end - body.offset, body.offset);
  }
  firstMarks[spaces.definedFunctions] = marks.count;
  const scanned = { functions, starts, ends, marks, firstMarks };
  return { scanned, bulk, ahead, changes: scanner.changes };
}

/** The helper function: calls the function in the first added global with the second. */
function callHost(firstGlobal: number, pauseType: number): Uint8Array {
  const a = new Assembler();
  a.code.u8(0);
  a.op('globalGet', firstGlobal + 1).op('globalGet', firstGlobal);
  return a.op('callReference', pauseType).op('end').code.finish();
}

function addedGlobals(
  spaces: IndexSpaces,
  mode: CheckMode,
  pauseType: number,
  grown: readonly number[],
) {
  const type = heapType(pauseType);
  const globals = [
    Uint8Array.of(NULLABLE_REFERENCE, ...type, MUTABLE, 0xd0, ...type, 0x0b),
    Uint8Array.of(EXTERNREF, MUTABLE, 0xd0, EXTERNREF, 0x0b),
  ];
  const exports = [
    exported(ADDED_EXPORTS.pause, GLOBAL_KIND, spaces.globals),
    exported(ADDED_EXPORTS.context, GLOBAL_KIND, spaces.globals + 1),
  ];
  if (mode === 'fuel') {
    globals.push(i32Global(0));
    exports.push(exported(ADDED_EXPORTS.fuel, GLOBAL_KIND, spaces.globals + 2));
  }
  for (const memory of grown) {
    const index = spaces.globals + globals.length;
    exports.push(exported(`${ADDED_EXPORTS.pages}${memory}`, GLOBAL_KIND, index));
    globals.push(i32Global(MOST_PAGES));
  }
  return { globals, exports };
}

function i32Global(value: number): Uint8Array<ArrayBuffer> {
  const a = new Assembler();
  a.code.u8(I32);
  a.code.u8(MUTABLE);
  return a.i32(value).op('end').code.finish();
}

function putSized(code: ByteWriter, body: Uint8Array): void {
  code.u32(body.length);
  code.bytes(body);
}

function number(value: number): Uint8Array {
  const out = new ByteWriter(8);
  out.u32(value);
  return out.finish();
}

/** A type's index where a heap type is expected: a signed number. */
function heapType(index: number): Uint8Array {
  const out = new ByteWriter(8);
  out.s32(index);
  return out.finish();
}
