import type { CoreType } from '#posiv-wit/function-descriptor.ts';
import { Assembler, FUNCREF, I32, NOTHING } from '../rewrite/assembler.ts';
import { pushRoom, REALLOC_TYPE } from './room.ts';
import { codeBody, entry, MAGIC, section, SHIM_IMPORTS, VALUE_TYPES } from './shim-sections.ts';

const FUNCTION = 0;
const TABLE = 1;
/** A catch clause for everything, without the exception. */
const CATCH_ALL = 2;
/** Of the types; those of the functions come in pairs after these. */
const REALLOC = 0;
const STORED_TYPE = 1;
const ROOM_TYPE = 2;
const THREW_TYPE = 3;
const FIRST_TYPE = 4;
/** Of the functions; those of the host come after these. */
const STORED = 0;
const THREW = 1;
const FIRST = 2;

/** A function that a guest imports and that gives nothing, but is given a place for its result, last of all. */
export interface AskingFunction {
  readonly name: string;
  readonly params: readonly CoreType[];
}

/**
 * The module through which an instance calls functions of the host whose results may take room, as text for one with two parameters:
 *
 * ```wat
 * (module
 *   (type $realloc (func (param i32 i32 i32 i32) (result i32)))
 *   (import "host" "stored" (func $stored (param i32) (result i32)))
 *   (import "host" "threw" (func $threw))
 *   (import "host" "find" (func $find (param i32 i32) (result i32)))
 *   (import "host" "realloc" (table 1 1 funcref))
 *   (func $room (param $request i32)
 *     (loop $more
 *       (block $thrown
 *         (try_table (catch_all $thrown)
 *           (local.set $request
 *             (call_indirect (type $realloc) (i32.const 0) (i32.const 0)
 *               (i32.shl (i32.const 1) (i32.and (local.get $request) (i32.const 3)))
 *               (i32.shr_u (local.get $request) (i32.const 2)) (i32.const 0))))
 *         (br_if $more (local.tee $request (call $stored (local.get $request))))
 *         (return))
 *       (call $threw)))
 *   (func (export "find") (param i32 i32) (local $request i32)
 *     (if (local.tee $request (call $find (local.get 0) (local.get 1)))
 *       (then (call $room (local.get $request))))))
 * ```
 *
 * The guest's `cabi_realloc` is called from here since beneath a frame of JavaScript it could not be suspended. An exception of its own does
 * not come back to the guest, which has broken off in the middle of a call of the host: `threw` traps. Traps and the end of the stack no
 * guest can catch anyway; what the host itself throws passes as from any of its functions.
 */
export function askingShim(functions: readonly AskingFunction[]): Uint8Array<ArrayBuffer> {
  const keys = functions.map(({ params }) => params.join());
  const shapes = [...new Map(functions.map(({ params }) => [params.join(), params])).entries()];
  const typeOf = (index: number): number =>
    FIRST_TYPE + 2 * shapes.findIndex(([key]) => key === keys[index]);
  const room = FIRST + functions.length;
  return Uint8Array.from([
    ...MAGIC,
    ...section(1, [
      REALLOC_TYPE,
      [0x60, 1, I32, 1, I32],
      [0x60, 1, I32, 0],
      [0x60, 0, 0],
      ...shapes.flatMap(([, params]) => {
        const types = params.map((each) => VALUE_TYPES[each]);
        return [
          [0x60, types.length, ...types, 1, I32],
          [0x60, types.length, ...types, 0],
        ];
      }),
    ]),
    ...section(2, [
      entry(SHIM_IMPORTS, 'stored', FUNCTION, STORED_TYPE),
      entry(SHIM_IMPORTS, 'threw', FUNCTION, THREW_TYPE),
      ...functions.map(({ name }, at) => entry(SHIM_IMPORTS, name, FUNCTION, typeOf(at))),
      entry(SHIM_IMPORTS, 'realloc', TABLE, FUNCREF, 1, 1, 1),
    ]),
    ...section(3, [[ROOM_TYPE], ...functions.map((_, at) => [typeOf(at) + 1])]),
    ...section(
      7,
      functions.map(({ name }, at) => entry(name, FUNCTION, room + 1 + at)),
    ),
    ...section(10, [
      roomFor(),
      ...functions.map(({ params }, at) => asking(params.length, FIRST + at, room)),
    ]),
  ]);
}

function roomFor(): Uint8Array {
  const a = new Assembler();
  a.op('loop', NOTHING).op('block', NOTHING).op('tryTable', NOTHING, 1, CATCH_ALL, 0);
  pushRoom(a, 0);
  a.i32(0).op('callIndirect', REALLOC, 0).op('localSet', 0).op('end');
  a.op('localGet', 0).op('call', STORED).op('localTee', 0).op('branchIf', 1).op('return');
  a.op('end').op('call', THREW).op('end');
  return codeBody([], a);
}

function asking(params: number, host: number, room: number): Uint8Array {
  const a = new Assembler();
  for (let at = 0; at < params; at++) a.op('localGet', at);
  a.op('call', host).op('localTee', params);
  a.when(() => a.op('localGet', params).op('call', room));
  return codeBody([[1, I32]], a);
}
