import { ByteWriter } from './byte-writer.ts';

/** Opcodes that the code which is put in consists of. */
export const OP = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  branch: 0x0c,
  branchIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  callReference: 0x14,
  drop: 0x1a,
  tryTable: 0x1f,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Load: 0x28,
  i64Load: 0x29,
  f32Load: 0x2a,
  f64Load: 0x2b,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32LtS: 0x48,
  i32LtU: 0x49,
  i32GtU: 0x4b,
  i32LeU: 0x4d,
  i64GtU: 0x56,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32And: 0x71,
  i32Shl: 0x74,
  i32ShrU: 0x76,
  i64Add: 0x7c,
  i64Shl: 0x86,
  i64ExtendI32U: 0xad,
  refNull: 0xd0,
  prefix: 0xfc,
} as const;

/** After the prefix 0xfc. */
export const BULK = {
  memoryInit: 8,
  dataDrop: 9,
  memoryCopy: 10,
  memoryFill: 11,
  tableInit: 12,
  elementDrop: 13,
  tableCopy: 14,
  tableGrow: 15,
  tableSize: 16,
  tableFill: 17,
} as const;

export const I32 = 0x7f;
export const EXTERNREF = 0x6f;
export const FUNCREF = 0x70;
/** The type of a block that takes and gives nothing. */
export const NOTHING = 0x40;

type PlainOp = Exclude<keyof typeof OP, 'if' | 'i32Const' | 'i64Const' | 'prefix'>;

/** Writes instructions. Each method gives the assembler again. */
export class Assembler {
  readonly code = new ByteWriter(256);

  op(name: PlainOp, ...immediates: readonly number[]): this {
    this.code.u8(OP[name]);
    for (const each of immediates) this.code.u32(each);
    return this;
  }

  i32(value: number): this {
    this.code.u8(OP.i32Const);
    this.code.s32(value);
    return this;
  }

  i64(value: number): this {
    this.code.u8(OP.i64Const);
    this.code.s32(value);
    return this;
  }

  bulk(name: keyof typeof BULK, ...immediates: readonly number[]): this {
    this.code.u8(OP.prefix);
    for (const each of [BULK[name], ...immediates]) this.code.u32(each);
    return this;
  }

  /** Runs `body` if the i32 on the stack is not 0. */
  when(body: () => unknown): this {
    this.code.u8(OP.if);
    this.code.u8(NOTHING);
    body();
    return this.op('end');
  }

  /** Runs `body` again and again, as long as it leaves an i32 that is not 0. */
  repeat(body: () => unknown): this {
    this.op('loop', NOTHING);
    body();
    return this.op('branchIf', 0).op('end');
  }
}
