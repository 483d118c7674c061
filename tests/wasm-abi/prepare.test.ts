import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from '@bytecodealliance/jco';
import { entryPath } from '#wasm-abi/cache-entry.ts';
import { imageHash } from '#wasm-abi/inspect.ts';
import { loadProgram } from '#wasm-abi/load.ts';
import { imageKey, prepareImage } from '#wasm-abi/prepare.ts';
import { cacheDir as shared, cGuest, hostOf, QUOTA } from './guests.ts';
import { test } from './in-cache-folder.ts';

test('an image is prepared once and then found', async (t) => {
  const image = await cGuest('rpc');
  const first = await prepareImage(image, t.context);
  const second = await prepareImage(image, t.context);
  t.deepEqual(t.context.steps, ['prepare']);
  t.deepEqual(second, first);
  t.is(first.key, imageKey(imageHash(image)));
});

test('calls at the same time share one build', async (t) => {
  const image = await cGuest('rpc', 'core');
  const all = await Promise.all([1, 2, 3].map(() => prepareImage(image, t.context)));
  t.deepEqual(t.context.steps, ['prepare']);
  t.is(new Set(all.map(({ key }) => key)).size, 1);
});

test('one that gives up does not take the build from the others', async (t) => {
  const image = await cGuest('rpc', 'core');
  const leaving = new AbortController();
  const left = prepareImage(image, { ...t.context, signal: leaving.signal });
  const stays = prepareImage(image, t.context);
  leaving.abort(new Error('gave up'));
  await t.throwsAsync(left, { message: 'gave up' });
  t.is((await stays).description.kind, 'core');
  t.deepEqual(t.context.steps, ['prepare']);
});

test('a build that all have given up leaves nothing behind', async (t) => {
  const signal = AbortSignal.timeout(50);
  await t.throwsAsync(prepareImage(await cGuest('rpc'), { ...t.context, signal }), {
    name: 'TimeoutError',
  });
  t.deepEqual(await readdir(t.context.cacheDir), []);
});

test('damage to any file of an entry is seen, by a lane too, and the entry made anew', async (t) => {
  const image = await cGuest('rpc');
  const { cacheDir } = t.context;
  const { key } = await prepareImage(image, { cacheDir: shared });
  const files = await readdir(entryPath(shared, key));
  for (const [index, name] of files.entries()) {
    await cp(entryPath(shared, key), entryPath(cacheDir, key), { recursive: true });
    const path = join(entryPath(cacheDir, key), name);
    const bytes = await readFile(path);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(path, index % 2 === 0 ? bytes : bytes.subarray(0, at));
    await t.throwsAsync(loadProgram(cacheDir, key), { code: 'not-prepared' }, name);
    await prepareImage(image, t.context);
    await t.notThrowsAsync(loadProgram(cacheDir, key), name);
    // oxlint-enable no-await-in-loop
  }
  t.is(t.context.steps.length, files.length);
});

test('an entry without one of its files is made anew', async (t) => {
  const image = await cGuest('rpc', 'core');
  const { key } = await prepareImage(image, t.context);
  await rm(join(entryPath(t.context.cacheDir, key), 'core.wasm'));
  await prepareImage(image, t.context);
  t.deepEqual(t.context.steps, ['prepare', 'prepare']);
});

test('an image that the engine does not validate is refused', async (t) => {
  const image = await parse(
    '(module (memory (export "memory") 1) (func (export "_start") (drop (i32.const 1))))',
  );
  const code = Buffer.from(image).lastIndexOf(Uint8Array.of(0x41, 0x01, 0x1a)); // i32.const 1, drop
  image[code] = 0x42; // i64.const
  image[code + 2] = 0x45; // i32.eqz
  await t.throwsAsync(prepareImage(image, t.context), { code: 'malformed-image' });
});

test('a component that the transpiler refuses is told with its message', async (t) => {
  const image = await parse(
    `(component (core module $m) (core instance (instantiate $m (with "a" (instance 5)))))`,
  );
  const error = await t.throwsAsync(prepareImage(image, t.context), { code: 'build-failed' });
  t.true((error as unknown as { messages: string }).messages.length > 0);
});

test('an image with a name that would end a string in generated code is refused before it gets there', async (t) => {
  const image = await parse(
    `(component (core module (func (export "x'+(globalThis.pwned=1)+'"))))`,
  );
  await t.throwsAsync(prepareImage(image, t.context), { code: 'unsupported-image' });
});

test('bytes that are not WebAssembly are refused', async (t) => {
  await t.throwsAsync(prepareImage(new TextEncoder().encode('#!/bin/sh\nexit 0'), t.context), {
    code: 'not-wasm',
  });
});

test('a component whose parts are linked several times runs within its quota', async (t) => {
  const image = await parse(`(component
    (core module $m (memory (export "memory") 2) (func (export "size") (result i32) (memory.size)))
    (core instance $a (instantiate $m)) (core instance $b (instantiate $m)))`);
  const { key } = await prepareImage(image, t.context);
  const program = await loadProgram(t.context.cacheDir, key);
  const instance = await program.instantiate(hostOf(), { ...QUOTA, maxPages: 4 });
  t.is(instance.memoryBytes(), 4 * 65_536);
  await t.throwsAsync(program.instantiate(hostOf(), { ...QUOTA, maxPages: 3 }), {
    code: 'quota-exceeded',
  });
});

test('a component whose core starts in a way that waits is there once it has started', async (t) => {
  const image = await parse(`(component
    (import "posiv:kernel/vtask@0.1.0" (instance $v (export "exit" (func (param "status" u32)))))
    (core func $exit (canon lower (func $v "exit")))
    (core module $m (import "v" "exit" (func $exit (param i32))) (func $s (call $exit (i32.const 7))) (start $s))
    (core instance (instantiate $m (with "v" (instance (export "exit" (func $exit)))))))`);
  const { key } = await prepareImage(image, t.context);
  const program = await loadProgram(t.context.cacheDir, key);
  const seen: unknown[] = [];
  const exit = async (status: number): Promise<void> => {
    await new Promise(setImmediate);
    seen.push(status);
  };
  await program.instantiate(hostOf({ exit }), QUOTA);
  t.deepEqual(seen, [7]);
});

test('an image has an entry for each way to interrupt it', async (t) => {
  const image = await cGuest('rpc', 'core');
  const epoch = await prepareImage(image, t.context);
  const fuel = await prepareImage(image, { ...t.context, mode: 'fuel' });
  t.not(epoch.key, fuel.key);
  t.is(fuel.key, imageKey(imageHash(image), 'fuel'));
});

for (const [what, core, count] of [
  ['more core instances than an instance may have', '', 513],
  ['more memories than an instance may have', '(memory 0)', 17],
  ['larger tables than an instance may have', '(table 60000 funcref)', 17],
] as const) {
  test(`a component with ${what} is refused`, async (t) => {
    const image = await parse(
      `(component (core module $m ${core})${'(core instance (instantiate $m))'.repeat(count)})`,
    );
    await t.throwsAsync(prepareImage(image, t.context), { code: 'image-too-large' });
  });
}
