import { Assembler, EXTERNREF, I32, NOTHING } from '../rewrite/assembler.ts';
import { codeBody, entry, MAGIC, section, SHIM_IMPORTS } from './shim-sections.ts';

const TICK = 0;
const PAUSE = 1;
const ASK = 2;
const CHECK = 3;
const CONTEXT = 0;
const ANSWER = 1;
/** A catch clause for everything, without the exception. */
const CATCH_ALL = 2;

/** What `tick` may answer. */
export const TICK_ANSWER = { goOn: 0, suspend: 1, trap: 2 } as const;

export const SHIM_EXPORT = 'check';

/**
 * The module whose function the checks of all rewritten modules call, as text:
 *
 * ```wat
 * (module
 *   (import "host" "tick" (func $tick (param externref) (result i32)))
 *   (import "host" "pause" (func $pause (param externref)))
 *   (func $ask (param $context externref) (result i32) (local $answer i32)
 *     (local.tee $answer (call $tick (local.get $context)))
 *     (if (i32.eq (i32.const 2)) (then unreachable))
 *     (local.get $answer))
 *   (func (export "check") (param $context externref)
 *     (if (i32.eqz (call $ask (local.get $context))) (then return))
 *     block $caught
 *       try_table (catch_all $caught) (call $pause (local.get $context)) end
 *       (drop (call $ask (local.get $context)))
 *     end))
 * ```
 *
 * A trap is the only way to end a guest that catches everything. `pause` suspends the stack; below a frame of JavaScript
 * it throws instead (SuspendError), which is caught here, so that the guest goes on until a later check. It is a module of
 * its own since the engine refuses old and new exception handling in one.
 */
export function preemptionShim(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...MAGIC,
    ...section(1, [
      [0x60, 1, EXTERNREF, 1, I32],
      [0x60, 1, EXTERNREF, 0],
    ]),
    ...section(2, [entry(SHIM_IMPORTS, 'tick', 0, 0), entry(SHIM_IMPORTS, 'pause', 0, 1)]),
    ...section(3, [[0], [1]]),
    ...section(7, [entry(SHIM_EXPORT, 0, CHECK)]),
    ...section(10, [ask(), check()]),
  ]);
}

function ask(): Uint8Array {
  const a = new Assembler();
  a.op('localGet', CONTEXT).op('call', TICK).op('localTee', ANSWER);
  a.i32(TICK_ANSWER.trap)
    .op('i32Eq')
    .when(() => a.op('unreachable'));
  return codeBody([[1, I32]], a.op('localGet', ANSWER));
}

function check(): Uint8Array {
  const a = new Assembler();
  a.op('localGet', CONTEXT)
    .op('call', ASK)
    .op('i32Eqz')
    .when(() => a.op('return'));
  a.op('block', NOTHING);
  a.op('tryTable', NOTHING, 1, CATCH_ALL, 0);
  a.op('localGet', CONTEXT).op('call', PAUSE).op('end');
  a.op('localGet', CONTEXT).op('call', ASK).op('drop').op('end');
  return codeBody([], a);
}
