import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco';
import { bundleUserWit } from '#posiv-wit/bundle.ts';
import { wasiWit } from '#tests/wasm-abi/wasi/guests.ts';
import { RUN } from './core-image.ts';

/** The release of WASI whose WIT comes with jco. */
const RELEASE = '0.2.12';

/** A function of WASI as core modules import it: its name, and the types of its flat parameters and of its result. */
export type WasiCall = readonly [name: string, params: string, result?: string];

/** What a component of WASI is made of: functions of one interface or several, and bodies for its `run` to choose from. */
export interface WasiText {
  /** By interface without `wasi:` and version, then by the name in the texts. */
  readonly imports: Readonly<Record<string, Readonly<Record<string, WasiCall>>>>;
  /** Bodies that give a status; `run` enters the one of whose number its first argument has characters. */
  readonly bodies: readonly string[];
}

/** Where what a call of WASI gives may be stored, and where lists that it gives begin. */
export const OUT = '(i32.const 1040)';
const HEAP = 65_536;

/**
 * Makes a component that imports these interfaces of WASI 0.2 and no other, and exports POSIV's `program`. Its memory is 4 MiB, zero up to
 * 1,024; at 1,024 lies the text `do`. `cabi_realloc` gives what comes next from `$heap` on, or once `$gives` is not 0, that
 * address again and again.
 */
export async function wasiImage({ imports, bodies }: WasiText): Promise<Uint8Array> {
  const names = Object.keys(imports).map((each) => `wasi:${each}@${RELEASE}`);
  const world = `package test:it;\n\nworld guest {\n${names.map((each) => `  import ${each};\n`).join('')}  export posiv:kernel/program@0.1.0;\n}\n`;
  const witSource = `${bundleUserWit(world, 'guest')}\n${await wasiWit()}`;
  const binary = new Uint8Array(await parse(coreText(imports, bodies)));
  return componentNew(await componentEmbed({ binary, witSource, world: 'guest' }), []);
}

function coreText(imports: WasiText['imports'], bodies: WasiText['bodies']): string {
  const calls = Object.entries(imports).flatMap(([of, functions]) =>
    Object.entries(functions).map(
      ([name, [method, params, result]]) =>
        `(import "wasi:${of}@${RELEASE}" "${method}" (func $${name} (param ${params})${result === undefined ? '' : ` (result ${result})`}))`,
    ),
  );
  const functions = bodies.map(
    (
      body,
      at,
    ) => `(func $body${at} (result i32) (local $i i32) (local $j i32) (local $a i64) (local $b i64) (local $least i64)
      ${body})`,
  );
  const choice = bodies.map(
    (_, at) =>
      `(if (i32.eq (local.get $which) (i32.const ${at})) (then (i32.store (i32.const 1028) (call $body${at}))))`,
  );
  return `(module
    ${calls.join('\n')}
    (memory (export "memory") 64)
    (data (i32.const 1024) "do")
    (data (i32.const 2048) "/etc/passwd")
    (global $heap (mut i32) (i32.const ${HEAP}))
    (global $gives (mut i32) (i32.const 0))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
      (if (global.get $gives) (then (return (global.get $gives))))
      (local.set $at (i32.and (i32.add (global.get $heap) (i32.sub (local.get 2) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get 2))))
      (global.set $heap (i32.add (local.get $at) (local.get 3)))
      (local.get $at))
    (func (export "${RUN}") (param $cmd i32) (param $count i32) (result i32) (local $which i32)
      (local.set $which (i32.load offset=4 (local.get $cmd)))
      ${choice.join('\n')}
      (i32.store (i32.const 1024) (i32.const 0))
      (i32.const 1024))
    ${functions.join('\n')})`;
}

/** The argument by which `run` enters that body: one of that length. */
export function choiceOf(body: number): string {
  return 'x'.repeat(body);
}
