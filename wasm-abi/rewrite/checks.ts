import { Assembler, NOTHING, OP } from './assembler.ts';
import type { ByteWriter } from './byte-writer.ts';
import { FLAG_OFFSET } from './reserved-names.ts';

/** The indices of what checks refer to. */
export interface CheckIndices {
  /** The helper function that calls the host. */
  readonly helper: number;
  /** The memory with the flag; of epoch checks. */
  readonly flagMemory: number;
  /** The global that is counted down; of fuel checks. */
  readonly fuelGlobal: number;
}

/** `epoch`: a flag that another thread raises. `fuel`: instructions are counted, the same number each time. */
export type CheckMode = 'epoch' | 'fuel';

/** Writes checks. Each is an `if` that calls the helper, and is seldom taken: its place is told for the branch hints. */
export class CheckWriter {
  readonly #mode: CheckMode;
  readonly #before: Uint8Array;
  readonly #after: Uint8Array;
  readonly #indices: CheckIndices;

  constructor(mode: CheckMode, indices: CheckIndices) {
    this.#mode = mode;
    this.#indices = indices;
    const before = new Assembler();
    if (mode === 'epoch') {
      before.i32(0);
      before.code.u8(OP.i32Load);
      before.code.u8(0x42); // aligned to 4 bytes, with the memory's index
      before.code.u32(indices.flagMemory);
      before.code.u32(FLAG_OFFSET);
    } else before.op('globalGet', indices.fuelGlobal).i32(0).op('i32LtS');
    this.#before = before.code.finish();
    const after = new Assembler();
    after.code.u8(OP.if);
    after.code.u8(NOTHING);
    this.#after = after.op('call', indices.helper).op('end').code.finish();
  }

  /**
   * @param cost units of fuel
   * @returns the offset of its `if` in `out`
   */
  write(out: ByteWriter, cost: number): number {
    this.charge(out, cost);
    out.bytes(this.#before);
    const branch = out.length;
    out.bytes(this.#after);
    return branch;
  }

  /** Takes fuel without looking whether any is left. */
  charge(out: ByteWriter, cost: number): void {
    if (this.#mode === 'epoch' || cost === 0) return;
    const { fuelGlobal } = this.#indices;
    out.u8(OP.globalGet);
    out.u32(fuelGlobal);
    out.u8(OP.i32Const);
    out.s32(cost);
    out.u8(OP.i32Sub);
    out.u8(OP.globalSet);
    out.u32(fuelGlobal);
  }
}
