import { ByteReader } from '../binary/byte-reader.ts';
import type { CoreModule, Limits, SectionRange, TableType } from '../binary/core-module.ts';
import { ByteWriter } from './byte-writer.ts';
import { MAX_TABLE_ELEMENTS } from './limits.ts';
import { FLAG_IMPORT, MEMORY_MODULE, PREEMPTION_MODULE } from './reserved-names.ts';

const IMPORT = 2;
const MEMORY_KIND = 2;
const SHARED_WITH_MAXIMUM = 3;

/**
 * The import section, to which the memories are added that the module defines, so that each instance can be given
 * memories with maximums of its own while the module is compiled once. No index changes: imported memories precede defined
 * ones, and the new imports come last; behind them the flag, if there are checks for it. Where another core imports such a
 * memory, its import still matches: a maximum only ever becomes smaller.
 * @returns undefined where nothing is imported
 */
export function importSection(
  bytes: Uint8Array,
  module: CoreModule,
  withFlag: boolean,
): ByteWriter | undefined {
  const section = module.sections.find(({ id }) => id === IMPORT);
  const count = module.imports.length + module.memories.length + (withFlag ? 1 : 0);
  if (count === 0) return undefined;
  const body = new ByteWriter();
  body.u32(count);
  if (section) body.bytes(afterCount(bytes, section));
  for (const [index, limits] of module.memories.entries()) {
    body.name(MEMORY_MODULE);
    body.name(`memory${index}`);
    body.u8(MEMORY_KIND);
    writeLimits(body, limits);
  }
  if (withFlag) {
    body.name(PREEMPTION_MODULE);
    body.name(FLAG_IMPORT);
    body.u8(MEMORY_KIND);
    for (const each of [SHARED_WITH_MAXIMUM, 1, 1]) body.u8(each);
  }
  return body;
}

/** A table that the module defines, with the maximum that it gets. */
export function cappedTable({ min, max = Infinity, element }: TableType): TableType {
  return { min, max: Math.min(max, Math.max(min, MAX_TABLE_ELEMENTS)), element };
}

/** The table section, in which every table has a maximum. */
export function tableSection({ tables }: CoreModule): ByteWriter {
  const body = new ByteWriter();
  body.u32(tables.length);
  for (const table of tables) {
    body.bytes(table.element);
    writeLimits(body, cappedTable(table));
  }
  return body;
}

/** What a section has after the number of its items. */
export function afterCount(bytes: Uint8Array, { body, end }: SectionRange): Uint8Array {
  const reader = new ByteReader(bytes, body, end);
  reader.u32();
  return bytes.subarray(reader.offset, end);
}

function writeLimits(out: ByteWriter, { min, max }: Limits): void {
  out.u8(max === undefined ? 0 : 1);
  out.u32(min);
  if (max !== undefined) out.u32(max);
}
