import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import { boundTables } from '#wasm-abi/build/bound-tables.ts';
import { describe, kindOf } from '#wasm-abi/trap.ts';
import { command } from '../wasi/guests.ts';

/** A command that defines a resource, and does this with it. */
function withResource(body: string): Promise<Uint8Array> {
  return parse(`(component
    (type $r (resource (rep i32)))
    (core func $new (canon resource.new $r))
    (core func $drop (canon resource.drop $r))
    (core module $m
      (import "r" "new" (func $new (param i32) (result i32)))
      (import "r" "drop" (func $drop (param i32)))
      (memory (export "memory") 1)
      (func (export "wasi:cli/run@0.2.0#run") (result i32) (local $i i32)
        ${body}
        (i32.const 0)))
    (core instance $i (instantiate $m
      (with "r" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
    (func $run (result (result)) (canon lift (core func $i "wasi:cli/run@0.2.0#run")))
    (instance $run (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $run)))`);
}

for (const [what, body, told] of [
  [
    'makes resources of its own without end',
    '(loop $l (drop (call $new (i32.const 1))) (br $l))',
    /more than 8192 handles/,
  ],
  [
    'gives each of its resources another number',
    '(loop $l (local.set $i (i32.add (local.get $i) (i32.const 1))) (call $drop (call $new (local.get $i))) (br $l))',
    /too many resources/,
  ],
  ['drops what it never had', '(call $drop (i32.const 0x0ffffff0))', /unknown handle/],
] as const) {
  test(`a component that ${what} traps`, async (t) => {
    const instance = await command(await withResource(body));
    const error = await t.throwsAsync(async () => instance.start?.(), { any: true });
    t.is(kindOf(error), 'trap');
    t.regex(describe(error), told);
  });
}

test('a component may make and drop resources of its own for as long as it likes', async (t) => {
  const body = `(loop $l
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (call $drop (call $new (i32.and (local.get $i) (i32.const 0xff))))
    (br_if $l (i32.lt_u (local.get $i) (i32.const 200000))))`;
  t.is(await (await command(await withResource(body))).start?.(), 0);
});

test('code that keeps handles in a way that is not known is refused', (t) => {
  const source = 'x\n  function rscTableCreateOwn(table, rep, more) {\n}';
  const error = t.throws(() => boundTables(source), { code: 'build-failed' });
  t.regex(error?.message ?? '', /rscTableCreateOwn\(table, rep, more\)/);
});

test('a name of an image that looks like that code changes nothing', (t) => {
  const source = "const a = 'function rscTableRemove(table, handle) {';\n";
  t.is(boundTables(source), source);
});
