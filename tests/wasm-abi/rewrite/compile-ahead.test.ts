import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import { prepareEngine } from '#wasm-abi/engine-flags.ts';
import { NOT_PREEMPTED, preemptionImports } from '#wasm-abi/bind/preemption.ts';
import { CompileAhead } from '#wasm-abi/rewrite/compile-ahead.ts';
import { rewriteModule } from '#wasm-abi/rewrite/rewrite-module.ts';

setFlagsFromString('--allow-natives-syntax');
/** The engine's own word for it. */
const isUncompiled = new Script('(f) => %IsUncompiledWasmFunction(f)').runInThisContext() as (
  f: WebAssembly.ExportValue | undefined,
) => boolean;
prepareEngine();

/** Beside a small one, a function of 1,000 locals in so many branches. */
async function image(branches: number): Promise<Uint8Array<ArrayBuffer>> {
  const body = 'block (br_if 0 (local.get 9)) end '.repeat(branches);
  return new Uint8Array(
    await parse(`(module (import "host" "f" (func)) (func (export "small"))
      (func (export "large") (local ${'i32 '.repeat(1_000)}) ${body}))`),
  );
}

async function exportsOf(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Exports> {
  // A lane has its pipe; the engine's threads alone do not keep a process.
  const kept = setInterval(() => undefined, 60_000);
  const module = await WebAssembly.compile(rewriteModule(bytes, { mode: 'epoch' }).bytes);
  clearInterval(kept);
  const imports = { host: { f() {} }, ...preemptionImports(NOT_PREEMPTED) };
  return new WebAssembly.Instance(module, imports).exports;
}

test('a function that takes long to compile is compiled with its module, not where it is called', async (t) => {
  const { small, large } = await exportsOf(await image(1_000));
  t.false(isUncompiled(large));
  t.true(isUncompiled(small));
});

test('any other is compiled where it is called', async (t) => {
  const { small, large } = await exportsOf(await image(10));
  t.true(isUncompiled(large));
  t.true(isUncompiled(small));
});

test('a module with too many of them is refused', (t) => {
  const ahead = new CompileAhead();
  const worst = (index: number): void => ahead.note(index, 10_000, 40_000, 8);
  for (let index = 0; index < 50; index += 1) worst(index);
  t.throws(() => worst(50), { code: 'image-too-large' });
});
