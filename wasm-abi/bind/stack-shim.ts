import type { CoreType } from '#posiv-wit/function-descriptor.ts';
import { Assembler, EXTERNREF, FUNCREF, I32, NOTHING } from '../rewrite/assembler.ts';
import { pushRoom, REALLOC_TYPE } from './room.ts';
import { codeBody, entry, MAGIC, section, SHIM_IMPORTS, VALUE_TYPES } from './shim-sections.ts';

const FUNCTION = 0;
const MEMORY = 2;
const STRUCT = 0x5f;
const REF_NULL_OF = 0x63;
const GC_PREFIX = 0xfb;
/** After the prefix. */
const GC = {
  structNew: 0x00,
  structGet: 0x02,
  refCast: 0x16,
  refCastNull: 0x17,
  anyConvertExtern: 0x1a,
  externConvertAny: 0x1b,
} as const;
const LOADS = { i32: 'i32Load', i64: 'i64Load', f32: 'f32Load', f64: 'f64Load' } as const;
/** Binary logarithms. */
const ALIGNMENTS = { i32: 2, i64: 3, f32: 2, f64: 3 } as const;
/** Of the types. The first three are those of the fields of `FUNCTIONS`, too. */
const CORE = 0;
const REALLOC = 1;
const POST = 2;
const FUNCTIONS = 3;
const NEXT_TYPE = 4;
const BEGIN_TYPE = 5;
const STORED_TYPE = 6;
const DONE_TYPE = 7;
const RUN_TYPE = 8;
const TOGETHER_TYPE = 9;
/** Of the functions. */
const NEXT = 0;
const BEGIN = 1;
const STORED = 2;
const DONE = 3;
const FREED = 4;
const RUN = 5;
const CALL = 6;
const TOGETHER = 7;

/** Of requests for room that are met before the host is called again: a call costs as much as a small `cabi_realloc`. */
export const MOST_REQUESTS = 4;

/** Of the locals of `call`. */
const STACK = 0;
const CALLED = 1;
/** The requests, and then what was given for each. */
const REQUESTS = 2;
const RESULT = REQUESTS + MOST_REQUESTS;

/** In `words`: 4 bytes for each request, which is 0 where there is none, then 8 for each parameter. */
export const PARAMS_AT = 4 * MOST_REQUESTS;
export const PARAM_BYTES = 8;

/** The signature of functions. */
export interface Shape {
  readonly params: readonly CoreType[];
  readonly result: CoreType | undefined;
}

/**
 * The module of a stack on which functions of a shape run one after the other, as text for those that take one i32 and give one:
 *
 * ```wat
 * (module
 *   (type $core (func (param i32) (result i32)))
 *   (type $realloc (func (param i32 i32 i32 i32) (result i32)))
 *   (type $post (func (param i32)))
 *   (type $functions (struct (field (ref null $core)) (field (ref null $realloc)) (field (ref null $post))))
 *   (import "host" "next" (func $next (param externref) (result i32)))
 *   (import "host" "begin" (func $begin (param externref) (result externref)))
 *   (import "host" "stored" (func $stored (param externref i32 i32 i32 i32)))
 *   (import "host" "done" (func $done (param externref i32) (result i32)))
 *   (import "host" "freed" (func $freed (param externref)))
 *   (memory (export "words") 1 1)
 *   (func (export "run") (param $stack externref)
 *     (loop $again
 *       (if (call $next (local.get $stack))
 *         (then (call $call (local.get $stack)) (br $again)))))
 *   (func $call (param $stack externref) (local $called (ref null $functions))
 *       (local $0 i32) (local $1 i32) (local $2 i32) (local $3 i32) (local $result i32)
 *     (local.set $called (ref.cast (ref $functions) (any.convert_extern (call $begin (local.get $stack)))))
 *     (loop $room
 *       (local.set $0 (i32.load (i32.const 0))) ... (local.set $3 (i32.load offset=12 (i32.const 0)))
 *       (if (local.get $0)
 *         (then
 *           (local.set $0
 *             (call_ref $realloc (i32.const 0) (i32.const 0) (i32.shl (i32.const 1) (i32.and (local.get $0) (i32.const 3)))
 *               (i32.shr_u (local.get $0) (i32.const 2)) (struct.get $functions 1 (local.get $called))))
 *           (if (local.get $1) (then ... (if (local.get $2) (then ... (if (local.get $3) (then ...))))))
 *           (call $stored (local.get $stack) (local.get $0) (local.get $1) (local.get $2) (local.get $3))
 *           (br $room))))
 *     (local.set $result
 *       (call_ref $core (i32.load offset=16 (i32.const 0)) (struct.get $functions 0 (local.get $called))))
 *     (if (call $done (local.get $stack) (local.get $result))
 *       (then
 *         (call_ref $post (local.get $result) (struct.get $functions 2 (local.get $called)))
 *         (call $freed (local.get $stack)))))
 *   (func (export "together") (param funcref funcref funcref) (result externref)
 *     (extern.convert_any (struct.new $functions (ref.cast (ref null $core) (local.get 0))
 *       (ref.cast (ref null $realloc) (local.get 1)) (ref.cast (ref null $post) (local.get 2))))))
 * ```
 *
 * `next` suspends the stack until there is something to run. No frame of JavaScript is beneath what runs, which can therefore be
 * suspended as if it had been called by itself: the guest's `cabi_realloc`, as long as there are requests for room, then its
 * function, then its `cabi_post_` function. They come `together` as one object, since each that JavaScript gives by itself would cost
 * as much as a call. `call` is a function of its own since the engine compiles well only what begins anew, which `run` never does.
 * A stack that is idle holds none, which would keep its whole instance; the engine itself notes the first four that a call has called,
 * until there was a fifth.
 */
export function stackShim({ params, result }: Shape): Uint8Array<ArrayBuffer> {
  const given = result ? [VALUE_TYPES[result]] : [];
  const rooms = Array.from({ length: MOST_REQUESTS }, () => I32);
  return Uint8Array.from([
    ...MAGIC,
    ...section(1, [
      [0x60, params.length, ...params.map((each) => VALUE_TYPES[each]), given.length, ...given],
      REALLOC_TYPE,
      [0x60, given.length, ...given, 0],
      [STRUCT, 3, ...[CORE, REALLOC, POST].flatMap((type) => [REF_NULL_OF, type, 0])],
      [0x60, 1, EXTERNREF, 1, I32],
      [0x60, 1, EXTERNREF, 1, EXTERNREF],
      [0x60, 1 + rooms.length, EXTERNREF, ...rooms, 0],
      [0x60, 1 + given.length, EXTERNREF, ...given, 1, I32],
      [0x60, 1, EXTERNREF, 0],
      [0x60, 3, FUNCREF, FUNCREF, FUNCREF, 1, EXTERNREF],
    ]),
    ...section(2, [
      entry(SHIM_IMPORTS, 'next', FUNCTION, NEXT_TYPE),
      entry(SHIM_IMPORTS, 'begin', FUNCTION, BEGIN_TYPE),
      entry(SHIM_IMPORTS, 'stored', FUNCTION, STORED_TYPE),
      entry(SHIM_IMPORTS, 'done', FUNCTION, DONE_TYPE),
      entry(SHIM_IMPORTS, 'freed', FUNCTION, RUN_TYPE),
    ]),
    ...section(3, [[RUN_TYPE], [RUN_TYPE], [TOGETHER_TYPE]]),
    ...section(5, [[1, 1, 1]]),
    ...section(7, [
      entry('words', MEMORY, 0),
      entry('run', FUNCTION, RUN),
      entry('together', FUNCTION, TOGETHER),
    ]),
    ...section(10, [run(), call({ params, result }), together()]),
  ]);
}

function run(): Uint8Array {
  const a = new Assembler();
  a.op('loop', NOTHING).op('localGet', STACK).op('call', NEXT);
  a.when(() => a.op('localGet', STACK).op('call', CALL).op('branch', 1));
  return codeBody([], a.op('end'));
}

function call({ params, result }: Shape): Uint8Array {
  const a = new Assembler();
  a.op('localGet', STACK).op('call', BEGIN);
  gc(a, GC.anyConvertExtern);
  gc(a, GC.refCast, FUNCTIONS);
  a.op('localSet', CALLED);
  a.op('loop', NOTHING);
  for (let at = 0; at < MOST_REQUESTS; at++)
    a.i32(0)
      .op('i32Load', ALIGNMENTS.i32, 4 * at)
      .op('localSet', REQUESTS + at);
  a.op('localGet', REQUESTS);
  a.when(() => {
    meet(a, 0);
    a.op('localGet', STACK);
    for (let at = 0; at < MOST_REQUESTS; at++) a.op('localGet', REQUESTS + at);
    a.op('call', STORED).op('branch', 1);
  }).op('end');
  for (const [at, type] of params.entries())
    a.i32(0).op(LOADS[type], ALIGNMENTS[type], PARAMS_AT + at * PARAM_BYTES);
  callOne(a, CORE);
  if (result) a.op('localSet', RESULT);
  a.op('localGet', STACK);
  if (result) a.op('localGet', RESULT);
  a.op('call', DONE);
  a.when(() => {
    if (result) a.op('localGet', RESULT);
    callOne(a, POST);
    a.op('localGet', STACK).op('call', FREED);
  });
  const locals: [number, number | readonly number[]][] = [
    [1, [REF_NULL_OF, FUNCTIONS]],
    [MOST_REQUESTS, I32],
  ];
  if (result) locals.push([1, VALUE_TYPES[result]]);
  return codeBody(locals, a);
}

/** Has room made for this request, then for those after it, as long as there are any. */
function meet(a: Assembler, at: number): void {
  const request = REQUESTS + at;
  pushRoom(a, request);
  callOne(a, REALLOC);
  a.op('localSet', request);
  if (at + 1 === MOST_REQUESTS) return;
  a.op('localGet', request + 1);
  a.when(() => meet(a, at + 1));
}

/** Calls one of the functions that came together, by its type. */
function callOne(a: Assembler, type: number): void {
  a.op('localGet', CALLED);
  gc(a, GC.structGet, FUNCTIONS, type);
  a.op('callReference', type);
}

function together(): Uint8Array {
  const a = new Assembler();
  for (const type of [CORE, REALLOC, POST]) {
    a.op('localGet', type);
    gc(a, GC.refCastNull, type);
  }
  gc(a, GC.structNew, FUNCTIONS);
  gc(a, GC.externConvertAny);
  return codeBody([], a);
}

function gc(a: Assembler, ...bytes: readonly number[]): void {
  for (const each of [GC_PREFIX, ...bytes]) a.code.u8(each);
}
