import test from 'ava';
import { nextWasi } from '#wasm-abi/bind/wasi-library.ts';

/** Node's own list of the modules of its that a process has loaded. */
const loaded = (): readonly string[] =>
  (process as unknown as { readonly moduleLoadList: readonly string[] }).moduleLoadList;

test('a copy of the library is made without loading what Node needs for the network', async (t) => {
  const before = new Set(loaded());
  const Library = await nextWasi();
  t.truthy(new Library({ args: ['vtask'], env: {} }));
  t.deepEqual(
    loaded().filter((name) => !before.has(name) && name.includes('undici')),
    [],
  );
});
