import { type Assembler, I32 } from '../rewrite/assembler.ts';

/** The type of `cabi_realloc`, in a section of types. */
export const REALLOC_TYPE: readonly number[] = [0x60, 4, I32, I32, I32, I32, 1, I32];

/** Pushes what `cabi_realloc` is called with for a request (`GuestMemory.store`) that is in a local. */
export function pushRoom(a: Assembler, request: number): void {
  a.i32(0).i32(0);
  a.i32(1).op('localGet', request).i32(3).op('i32And').op('i32Shl');
  a.op('localGet', request).i32(2).op('i32ShrU');
}
