import { Assembler, EXTERNREF, I32, NOTHING, OP } from '../rewrite/assembler.ts';
import { codeBody, entry, MAGIC, section, SHIM_IMPORTS } from './shim-sections.ts';

const FUNCREF = 0x70;
const GC_PREFIX = 0xfb;
const REF_TEST = 0x14;
const REF_CAST = 0x16;
const FUNCTION = 0;
const MEMORY = 2;
/** Of the types. */
const CORE = 0;
const NEXT_TYPE = 1;
const BEGIN_TYPE = 2;
const DONE_TYPE = 3;
const RUN_TYPE = 4;
const FITS_TYPE = 5;
/** Of the functions. */
const NEXT = 0;
const BEGIN = 1;
const DONE = 2;
const RUN = 3;
const FITS = 4;

/** The signature of functions: so many i32, and whether they give one. */
export interface Shape {
  readonly params: number;
  readonly gives: boolean;
}

/**
 * The module of a stack on which functions of a shape run one after the other, as text for those that take one i32 and give one:
 *
 * ```wat
 * (module
 *   (type $core (func (param i32) (result i32)))
 *   (import "host" "next" (func $next (param externref) (result i32)))
 *   (import "host" "begin" (func $begin (param externref) (result funcref)))
 *   (import "host" "done" (func $done (param externref i32)))
 *   (memory (export "params") 1 1)
 *   (func (export "run") (param $stack externref) (local $function funcref)
 *     (loop $again
 *       (if (call $next (local.get $stack))
 *         (then
 *           (call $begin (local.get $stack))
 *           (local.set $function)
 *           (call $done (local.get $stack)
 *             (call_ref $core (i32.load (i32.const 0)) (ref.cast (ref $core) (local.get $function))))
 *           (local.set $function (ref.null func))
 *           (br $again)))))
 *   (func (export "fits") (param funcref) (result i32) (ref.test (ref $core) (local.get 0))))
 * ```
 *
 * `next` suspends the stack until there is something to run. No frame of JavaScript is beneath what runs, which can therefore be
 * suspended as if it had been called by itself. A stack that is idle holds no function, which would keep its whole instance; the engine
 * itself notes the first four that a call has called, until there was a fifth.
 */
export function stackShim({ params, gives }: Shape): Uint8Array<ArrayBuffer> {
  const results = gives ? [1, I32] : [0];
  return Uint8Array.from([
    ...MAGIC,
    ...section(1, [
      [0x60, params, ...Array.from({ length: params }, () => I32), ...results],
      [0x60, 1, EXTERNREF, 1, I32],
      [0x60, 1, EXTERNREF, 1, FUNCREF],
      [0x60, gives ? 2 : 1, EXTERNREF, ...(gives ? [I32] : []), 0],
      [0x60, 1, EXTERNREF, 0],
      [0x60, 1, FUNCREF, 1, I32],
    ]),
    ...section(2, [
      entry(SHIM_IMPORTS, 'next', FUNCTION, NEXT_TYPE),
      entry(SHIM_IMPORTS, 'begin', FUNCTION, BEGIN_TYPE),
      entry(SHIM_IMPORTS, 'done', FUNCTION, DONE_TYPE),
    ]),
    ...section(3, [[RUN_TYPE], [FITS_TYPE]]),
    ...section(5, [[1, 1, 1]]),
    ...section(7, [
      entry('params', MEMORY, 0),
      entry('run', FUNCTION, RUN),
      entry('fits', FUNCTION, FITS),
    ]),
    ...section(10, [run(params), fits()]),
  ]);
}

function run(params: number): Uint8Array {
  const a = new Assembler();
  a.op('loop', NOTHING).op('localGet', 0).op('call', NEXT);
  a.when(() => {
    a.op('localGet', 0).op('call', BEGIN).op('localSet', 1);
    a.op('localGet', 0);
    for (let at = 0; at < params; at++) a.i32(at * 4).op('i32Load', 2, 0);
    a.op('localGet', 1);
    for (const each of [GC_PREFIX, REF_CAST, CORE, OP.callReference, CORE]) a.code.u8(each);
    a.op('call', DONE).op('refNull', FUNCREF).op('localSet', 1).op('branch', 1);
  });
  return codeBody([[1, FUNCREF]], a.op('end'));
}

function fits(): Uint8Array {
  const a = new Assembler();
  a.op('localGet', 0);
  for (const each of [GC_PREFIX, REF_TEST, CORE]) a.code.u8(each);
  return codeBody([], a);
}
