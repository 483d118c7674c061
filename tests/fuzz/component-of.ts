import { parse, print } from '@bytecodealliance/jco';

const NUMBERS = 'i32|i64|f32|f64';

/** How a value of each type is made an i32, and back; a NaN gives 0, for its bits may be any. */
const TO_I32: Readonly<Record<string, string>> = {
  i64: 'i32.wrap_i64',
  f32: 'i32.trunc_sat_f32_s',
  f64: 'i32.trunc_sat_f64_s',
};
const FROM_I32: Readonly<Record<string, string>> = {
  i64: 'i64.extend_i32_s',
  f32: 'f32.convert_i32_s',
  f64: 'f64.convert_i32_s',
};

function converted(by: string | undefined, value: string): string {
  return by === undefined ? value : `(${by} ${value})`;
}

/**
 * A component of three cores around a random module whose memories and globals are exposed: one before it, which gives it
 * functions for its imports, whose results depend on all calls so far; the module; and one that changes what
 * the module has: memory and globals. All that they remember is theirs, so putting back has to reach each of them.
 * @returns undefined where the module imports what is no function
 */
export async function componentOf(
  module: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const text = await print(module);
  const lines = text.split('\n');
  const types = new Map(captures(lines, /^ {2}\(type \(;(\d+);\) \(func(.*)\)\)$/));
  const imports = captures(
    lines,
    /^ {2}\(import ("[^"]*" "[^"]*") \(func \(;\d+;\) \(type (\d+)\)\)\)$/,
  );
  if (imports.length < lines.filter((line) => line.startsWith('  (import ')).length)
    return undefined;
  const functions = imports.map(([name, type], index) => ({
    name,
    index,
    type: types.get(type) ?? '',
  }));
  const wat = `(component
    ${before(functions.map(({ type }) => type))}
    (core module $Main ${text.slice(text.indexOf('\n'))}
    ${after(lines)}
    (core instance $before (instantiate $Before))
    (core instance $main (instantiate $Main ${given(functions)}))
    (core instance $after (instantiate $After (with "main" (instance $main)))))`;
  return new Uint8Array(await parse(wat));
}

/** Its functions take note of what they are called with, in a global and in memory, and answer by that. */
function before(signatures: readonly string[]): string {
  const functions = signatures.map((signature, index) => {
    const params = numbersOf(signature, 'param').map((type, at) => {
      const value = converted(TO_I32[type], `(local.get ${at})`);
      return `(global.set $seen (i32.add (i32.mul (global.get $seen) (i32.const 31)) ${value}))`;
    });
    const results = numbersOf(signature, 'result').map((type) =>
      converted(FROM_I32[type], '(global.get $seen)'),
    );
    return `(func (export "f${index}") ${signature} ${params.join(' ')}
      (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
      (i32.store (i32.and (i32.shl (global.get $calls) (i32.const 2)) (i32.const 0xfffc))
        (i32.xor (global.get $seen) (global.get $calls)))
      ${results.join(' ')})`;
  });
  return `(core module $Before (memory 1) (global $seen (mut i32) (i32.const 1)) (global $calls (mut i32) (i32.const 0))
    ${functions.join('\n')})`;
}

/** Changes the first memory and all global numbers of the module, and what it has itself. */
function after(lines: readonly string[]): string {
  const globals = captures(lines, new RegExp(`^  \\(global \\(;(\\d+);\\) \\(mut (${NUMBERS})\\)`));
  const memory = lines.find((line) => line.startsWith('  (memory (;0;)'));
  const imports = globals.map(
    ([index, type]) => `(import "main" "global ${index}" (global $g${index} (mut ${type})))`,
  );
  const changes = globals.map(([index, type]) => {
    const by = converted(FROM_I32[type], '(local.get $by)');
    return `(global.set $g${index} (${type}.add (global.get $g${index}) ${by}))`;
  });
  return `(core module $After ${imports.join(' ')} ${memory ? '(import "main" "memory 0" (memory 0))' : '(memory 1)'}
    (global $own (mut i64) (i64.const 7))
    (func (export "change-globals") (param $by i32) (result i64) ${changes.join(' ')}
      (global.set $own (i64.mul (global.get $own) (i64.extend_i32_s (local.get $by)))) (global.get $own))
    (func (export "change-memory") (param $at i32) (param $by i32) (local $address i32)
      (local.set $address (i32.and (local.get $at) (i32.const 0xffff)))
      (i32.store8 (local.get $address) (i32.add (i32.load8_u (local.get $address)) (local.get $by)))))`;
}

/** The functions of the core before, under the names by which the module imports them. */
function given(functions: readonly { readonly name: string; readonly index: number }[]): string {
  const modules = new Map<string, string[]>();
  for (const { name, index } of functions) {
    const [module = '', field = ''] = name.split('" "');
    const exports = modules.get(module) ?? [];
    modules.set(module, [...exports, `(export "${field} (func $before "f${index}"))`]);
  }
  return [...modules]
    .map(([module, all]) => `(with ${module}" (instance ${all.join(' ')}))`)
    .join(' ');
}

function numbersOf(signature: string, what: 'param' | 'result'): string[] {
  const [, types = ''] = new RegExp(`\\(${what} ([^)]*)\\)`).exec(signature) ?? [];
  return types === '' ? [] : types.split(' ');
}

function captures(lines: readonly string[], pattern: RegExp): [string, string][] {
  return lines.flatMap((line): [string, string][] => {
    const [, one, two] = pattern.exec(line) ?? [];
    return one === undefined ? [] : [[one, two ?? '']];
  });
}
