import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildCGuest, buildWasiCommand } from '#wasm-abi/build/c.ts';
import { imageHash, inspect } from '#wasm-abi/inspect.ts';
import { guestPath } from '../guests.ts';
import { test } from '../in-cache-folder.ts';

const rpc = {
  sources: [guestPath('rpc.c')],
  includes: [guestPath('abi')],
  world: 'posiv:kernel/program-task@0.1.0',
};

test('the same sources and flags are compiled once', async (t) => {
  const first = await buildCGuest(rpc, t.context);
  t.is(imageHash(await buildCGuest(rpc, t.context)), imageHash(first));
  await buildCGuest({ ...rpc, flags: ['-O3', '-msimd128'] }, t.context);
  t.deepEqual(t.context.steps, ['compile', 'compile']);
});

test('a core module is what the component is made of', async (t) => {
  const core = await buildCGuest({ ...rpc, output: 'core' }, t.context);
  t.is(inspect(core).kind, 'core');
  t.true(core.length < (await buildCGuest(rpc, t.context)).length);
});

test('an error of the compiler is told with its message and line', async (t) => {
  const path = join(t.context.cacheDir, 'bad.c');
  await writeFile(path, 'int main(void) { return undefined_name; }\n');
  const error = await t.throwsAsync(buildWasiCommand({ sources: [path] }, t.context), {
    code: 'build-failed',
  });
  t.regex(
    (error as unknown as { messages: string }).messages,
    /bad\.c:1:25: error: .*undefined_name/,
  );
});

test('an error of the linker is told with the symbol', async (t) => {
  const path = join(t.context.cacheDir, 'unlinked.c');
  await writeFile(path, 'int missing(void);\nint main(void) { return missing(); }\n');
  await t.throwsAsync(buildWasiCommand({ sources: [path] }, t.context), {
    code: 'build-failed',
    message: /missing/,
  });
});

test('a guest that does not export what its world says is told', async (t) => {
  const error = await t.throwsAsync(
    buildCGuest({ ...rpc, world: 'posiv:kernel/service@0.1.0' }, t.context),
    { code: 'build-failed' },
  );
  t.regex(error?.message ?? '', /handlers/);
});

test('two sources of one name are refused', async (t) => {
  const sources = [guestPath('rpc.c'), guestPath('rpc.c')];
  await t.throwsAsync(buildWasiCommand({ sources }, t.context), {
    code: 'build-failed',
    message: /rpc\.c/,
  });
});

test('a build can be given up', async (t) => {
  const signal = AbortSignal.timeout(50);
  await t.throwsAsync(buildCGuest(rpc, { ...t.context, signal }), { name: 'TimeoutError' });
});

test('a build that takes too long is lost', async (t) => {
  await t.throwsAsync(buildCGuest(rpc, { ...t.context, timeoutMs: 50 }), {
    code: 'build-lost',
    message: /more than 50 ms/,
  });
});
