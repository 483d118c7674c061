import { Assembler, I32 } from './assembler.ts';
import type { HelperFunction } from './bulk-helper.ts';

/** The pages of 64 KiB that a memory can have by the specification: 4 GiB. */
export const MOST_PAGES = 65_536;

/** A function that does what `memory.grow` does, up to a limit that can be changed while the module runs. */
export interface GrowthHelper {
  readonly operation: 'memoryGrow';
  /** Its index. */
  readonly memory: number;
}

/** @param limitGlobal the i32 that says how many pages the memory may have, as far as growing goes */
export function growthHelper({ memory }: GrowthHelper, limitGlobal: number): HelperFunction {
  const a = new Assembler();
  a.code.u8(0);
  a.op('localGet', 0).op('i64ExtendI32U').op('memorySize', memory).op('i64ExtendI32U').op('i64Add');
  a.op('globalGet', limitGlobal).op('i64ExtendI32U').op('i64GtU');
  a.when(() => a.i32(-1).op('return'));
  a.op('localGet', 0).op('memoryGrow', memory).op('end');
  return { type: Uint8Array.of(0x60, 1, I32, 1, I32), body: a.code.finish(), hints: [] };
}
