import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import { preemptionImports, NOT_PREEMPTED } from '#wasm-abi/bind/preemption.ts';
import type { CheckMode } from '#wasm-abi/rewrite/checks.ts';
import { MEMORY_MODULE } from '#wasm-abi/rewrite/reserved-names.ts';
import { type RewrittenModule, rewriteModule } from '#wasm-abi/rewrite/rewrite-module.ts';
import { instantiate } from './rewritten.ts';

const MODES: readonly CheckMode[] = ['epoch', 'fuel'];

const grow = (name: string, index: number): string =>
  `(func (export "${name}") (param i32) (result i32) (memory.grow ${index} (local.get 0)))`;

/** One memory that is imported, two that are its own; the second of these it does not grow. */
const WAT = `(module (import "a" "m" (memory 1)) (memory 1) (memory 1) ${grow('others', 0)} ${grow('own', 1)})`;

type Grow = (pages: number) => number;

async function rewritten(wat: string, mode: CheckMode): Promise<RewrittenModule> {
  return rewriteModule(new Uint8Array(await parse(wat)), { mode });
}

for (const mode of MODES) {
  test(`${mode}: each memory that a module grows has a limit, and is named as it is imported`, async (t) => {
    const { growable } = await rewritten(WAT, mode);
    t.deepEqual(growable, [
      { limit: 'vstar:pages0', module: 'a', name: 'm' },
      { limit: 'vstar:pages1', module: MEMORY_MODULE, name: 'memory0' },
    ]);
  });

  test(`${mode}: a memory grows up to its limit, whatever that is at the time`, async (t) => {
    const m = new WebAssembly.Memory({ initial: 1 });
    const { exports } = instantiate(new Uint8Array(await parse(WAT)), mode, { a: { m } });
    const { others, own } = exports as unknown as Record<'others' | 'own', Grow>;
    const limits = exports as unknown as Record<string, WebAssembly.Global>;
    limits['vstar:pages0']!.value = 3;
    limits['vstar:pages1']!.value = 2;
    t.deepEqual([others(3), others(2), others(0), others(1)], [-1, 1, 3, -1]);
    t.deepEqual([own(1), own(1), own(-1), own(0x7fff_ffff)], [1, -1, -1, -1]);
    limits['vstar:pages1']!.value = 5;
    t.deepEqual([own(4), own(3), own(1)], [-1, 2, -1]);
    limits['vstar:pages1']!.value = 1; // less than it has
    t.deepEqual([own(1), own(0)], [-1, -1]);
    t.is(m.buffer.byteLength, 3 * 65_536);
  });

  test(`${mode}: a limit that nobody sets lets a memory grow as far as it says itself`, async (t) => {
    const wat = `(module (memory 1 4) ${grow('own', 0)})`;
    const { exports } = instantiate(new Uint8Array(await parse(wat)), mode);
    const own = exports['own'] as Grow;
    t.deepEqual([own(3), own(1), own(0)], [1, -1, 4]);
  });
}

test('a module cannot get at the limit by its name', async (t) => {
  const wat = `(module (import "x" "vstar:pages0" (global (mut i32))) (memory 1) ${grow('own', 0)})`;
  await t.throwsAsync(rewritten(wat, 'epoch'), { code: 'unsupported-image' });
});

test('one that grows nothing has no limit', async (t) => {
  const { growable, bytes } = await rewritten('(module (memory 1) (func (export "f")))', 'epoch');
  t.deepEqual(growable, []);
  const memory0 = new WebAssembly.Memory({ initial: 1 });
  const { instance } = await WebAssembly.instantiate(bytes, {
    ...preemptionImports(NOT_PREEMPTED),
    [MEMORY_MODULE]: { memory0 },
  });
  t.false(Object.keys(instance.exports).some((name) => name.startsWith('vstar:pages')));
});
