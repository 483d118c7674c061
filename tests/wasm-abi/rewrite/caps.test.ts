import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import { NOT_PREEMPTED, preemptionImports } from '#wasm-abi/bind/preemption.ts';
import { MAX_TABLE_ELEMENTS } from '#wasm-abi/rewrite/limits.ts';
import { MEMORY_MODULE } from '#wasm-abi/rewrite/reserved-names.ts';
import { rewriteModule, type RewrittenModule } from '#wasm-abi/rewrite/rewrite-module.ts';

function capModule(image: Uint8Array): RewrittenModule {
  return rewriteModule(new Uint8Array(image), { mode: 'epoch' });
}

/** An instance of a capped module, given memories with these maximums. */
async function instantiate(
  wat: string,
  maximums: readonly number[],
  imports: WebAssembly.Imports = {},
): Promise<Record<string, () => number>> {
  const { bytes, memories } = capModule(await parse(wat));
  const own = memories.map(
    ({ min }, index) => new WebAssembly.Memory({ initial: min, maximum: maximums[index] ?? min }),
  );
  const given = Object.fromEntries(own.map((memory, index) => [`memory${index}`, memory]));
  const { instance } = await WebAssembly.instantiate(bytes, {
    ...imports,
    ...preemptionImports(NOT_PREEMPTED),
    [MEMORY_MODULE]: given,
  });
  return instance.exports as Record<string, () => number>;
}

const GROW =
  '(func (export "grow") (result i32) (memory.grow (i32.const 1))) (func (export "load") (result i32) (i32.load (i32.const 8)))';

test('a defined memory keeps its contents and gets the maximum of its instance', async (t) => {
  const wat = `(module (memory (export "memory") 1) (data (i32.const 8) "\\2a\\00\\00\\00") ${GROW})`;
  const { load, grow } = await instantiate(wat, [2]);
  t.is(load?.(), 42);
  t.is(grow?.(), 1);
  t.is(grow?.(), -1);
});

test('a declared maximum below the quota stays in force', async (t) => {
  const { bytes, memories } = capModule(await parse('(module (memory 1 3))'));
  t.deepEqual(memories, [{ min: 1, max: 3 }]);
  const above = new WebAssembly.Memory({ initial: 1, maximum: 4 });
  await t.throwsAsync(WebAssembly.instantiate(bytes, { [MEMORY_MODULE]: { memory0: above } }), {
    instanceOf: WebAssembly.LinkError,
  });
});

test('several memories keep their indices behind imported ones', async (t) => {
  const wat = `(module (import "a" "m" (memory 1)) (import "a" "f" (func $f (result i32))) (memory $one 2) (memory $two 3)
    (func (export "one") (result i32) (memory.size $one)) (func (export "two") (result i32) (memory.size $two))
    (func (export "zero") (result i32) (memory.size 0)) (func (export "f") (result i32) (call $f)))`;
  const a = { m: new WebAssembly.Memory({ initial: 1 }), f: () => 9 };
  const { zero, one, two, f } = await instantiate(wat, [2, 3], { a });
  t.deepEqual([zero?.(), one?.(), two?.(), f?.()], [1, 2, 3, 9]);
});

test('a table gets a maximum', async (t) => {
  const wat =
    '(module (table 1 funcref) (func (export "grow") (result i32) (table.grow 0 (ref.null func) (i32.const 65535))))';
  const { grow } = await instantiate(wat, []);
  t.is(grow?.(), 1);
  t.is(grow?.(), -1);
});

test('a table that begins with more keeps what it has and cannot grow', async (t) => {
  const wat = `(module (table ${MAX_TABLE_ELEMENTS + 1} funcref) (func (export "grow") (result i32) (table.grow 0 (ref.null func) (i32.const 1))))`;
  t.is((await instantiate(wat, [])).grow?.(), -1);
  t.is(capModule(await parse(wat)).tableElements, MAX_TABLE_ELEMENTS + 1);
});

test('more memories or tables than a module may have are refused', async (t) => {
  const memories = await parse(`(module ${'(memory 0)'.repeat(17)})`);
  const tables = await parse(`(module ${'(table 0 funcref)'.repeat(17)})`);
  t.throws(() => capModule(memories), { code: 'image-too-large' });
  t.throws(() => capModule(tables), { code: 'image-too-large' });
});

test('a module without memories and tables keeps all that runs', async (t) => {
  const { add } = await instantiate(
    '(module (func (export "add") (result i32) (i32.add (i32.const 1) (i32.const 2))))',
    [],
  );
  t.is(add?.(), 3);
});
