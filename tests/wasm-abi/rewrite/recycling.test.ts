import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import type { Recycling } from '#wasm-abi/rewrite/recycling.ts';
import { rewriteModule } from '#wasm-abi/rewrite/rewrite-module.ts';
import { instantiate } from './rewritten.ts';

async function recyclingOf(wat: string): Promise<Recycling> {
  return rewriteModule(new Uint8Array(await parse(wat)), { mode: 'epoch' }).recycling;
}

const TABLE = '(table $t 2 funcref) (elem $e func $f) (func $f)';
const GLOBAL = '(global (mut i32) (i32.const 0))';

for (const [what, obstacle, wat] of [
  [
    'table.set',
    'it changes a table',
    `${TABLE} (func (table.set $t (i32.const 0) (ref.null func)))`,
  ],
  [
    'table.grow',
    'it changes a table',
    `${TABLE} (func (drop (table.grow $t (ref.null func) (i32.const 1))))`,
  ],
  [
    'table.fill',
    'it changes a table',
    `${TABLE} (func (table.fill $t (i32.const 0) (ref.null func) (i32.const 1)))`,
  ],
  [
    'table.copy',
    'it changes a table',
    `${TABLE} (func (table.copy (i32.const 0) (i32.const 1) (i32.const 1)))`,
  ],
  [
    'table.init',
    'it changes a table',
    `${TABLE} (func (table.init $e (i32.const 0) (i32.const 0) (i32.const 1)))`,
  ],
  ['elem.drop', 'it drops a segment', `${TABLE} (func (elem.drop $e))`],
  ['data.drop', 'it drops a segment', '(memory 1) (data $d "x") (func (data.drop $d))'],
  [
    'table.set on a table that it imports',
    'it changes a table',
    '(import "a" "b" (table 1 funcref)) (func (table.set (i32.const 0) (ref.null func)))',
  ],
  [
    'an imported global for functions',
    'its global 0 can be changed and is no number',
    '(import "a" "b" (global (mut funcref)))',
  ],
  [
    'a global for functions',
    'its global 1 can be changed and is no number',
    `${GLOBAL} (global (mut funcref) (ref.null func))`,
  ],
  [
    'a global for values of the host',
    'its global 0 can be changed and is no number',
    '(global (mut externref) (ref.null extern))',
  ],
  [
    'a global for vectors',
    'its global 0 can be changed and is no number',
    '(global (mut v128) (v128.const i64x2 0 0))',
  ],
  ['many globals', 'it has 65 globals that can be changed, at most 64', GLOBAL.repeat(65)],
  ['many memories', 'it has 5 memories, at most 4', '(memory 0)'.repeat(5)],
] as const) {
  test(`instances of a module with ${what} cannot be put back`, async (t) => {
    t.deepEqual(await recyclingOf(`(module ${wat})`), { obstacle });
  });
}

test('what only reads tables and segments, or has constants, is no obstacle', async (t) => {
  const wat = `(module ${TABLE} (type $v (func)) (memory 1) (data $d "x") (tag)
    (global (ref null func) (ref.null func)) (global v128 (v128.const i64x2 0 0)) ${GLOBAL.repeat(64)}
    (func (drop (table.get $t (i32.const 0))) (drop (table.size $t)) (call_indirect (type $v) (i32.const 0))
      (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)) (memory.fill (i32.const 0) (i32.const 0) (i32.const 1))
      (memory.copy (i32.const 0) (i32.const 0) (i32.const 1)) (drop (memory.grow (i32.const 0)))
      (drop (i32.trunc_sat_f32_s (f32.const 1)))))`;
  const recycling = await recyclingOf(wat);
  t.is('globals' in recycling && recycling.globals.length, 64);
});

test('imported tables, memories and constants are no obstacle', async (t) => {
  const wat = `(module (import "a" "t" (table 1 funcref)) (import "a" "m" (memory 1))
    (import "a" "g" (global v128)) (func (drop (table.get 0 (i32.const 0)))))`;
  t.deepEqual(await recyclingOf(wat), { globals: [] });
});

test('globals that are imported and can be changed can be reached as those behind them', async (t) => {
  const wat = `(module (import "a" "f" (func)) (import "a" "c" (global i32)) (import "a" "g" (global $g (mut i32)))
    (global i32 (i32.const 1)) (global $h (mut i64) (i64.const 2))
    (func (export "f") (global.set $g (i32.const 8)) (global.set $h (i64.const 9))))`;
  const bytes = new Uint8Array(await parse(wat));
  const { recycling } = rewriteModule(bytes, { mode: 'epoch' });
  t.deepEqual(recycling, { globals: ['vstar:global1', 'vstar:global3'] });
  const g = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);
  const { exports } = instantiate(bytes, 'epoch', { a: { f: () => undefined, c: 1, g } });
  (exports['f'] as () => void)();
  t.is((exports['vstar:global1'] as WebAssembly.Global).value, 8);
  t.is((exports['vstar:global3'] as WebAssembly.Global).value, 9n);
  (exports['vstar:global1'] as WebAssembly.Global).value = 5;
  t.is(g.value, 5);
});

test('globals that can be changed can be reached, hidden ones too', async (t) => {
  const wat = `(module (import "a" "f" (func)) (global i32 (i32.const 1)) (global $h (mut i64) (i64.const 2))
    (global (export "shown") (mut f64) (f64.const 3)) (func (export "f") (global.set $h (i64.const 9))))`;
  const bytes = new Uint8Array(await parse(wat));
  const { recycling } = rewriteModule(bytes, { mode: 'epoch' });
  t.deepEqual(recycling, { globals: ['vstar:global1', 'vstar:global2'] });
  const { exports } = instantiate(bytes, 'epoch', { a: { f: () => undefined } });
  const valueOf = (name: string) => (exports[name] as WebAssembly.Global).value;
  (exports['f'] as () => void)();
  t.is(valueOf('vstar:global1'), 9n);
  t.is(valueOf('vstar:global2'), 3);
});
