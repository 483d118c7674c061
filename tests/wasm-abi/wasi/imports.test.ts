import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco';
import test from 'ava';
import { PREVIEW_1_FUNCTIONS } from '#wasm-abi/bind/wasi-functions.ts';
import { missingImports, neededGrants, notOffered } from '#wasm-abi/grants.ts';
import { inspect } from '#wasm-abi/inspect.ts';
import { program, QUOTA, SOURCES } from '../guests.ts';
import { wasiWit } from './guests.ts';

/** A component that imports a whole world of WASI, and does nothing. */
async function importer(world: string): Promise<Uint8Array> {
  const witSource = `package test:guest;\n\nworld guest {\n  ${world}\n}\n\n${await wasiWit()}`;
  const options = { dummy: true, witSource, world: 'guest' } as Parameters<
    typeof componentEmbed
  >[0];
  return componentNew(await componentEmbed(options), []);
}

test('every function that a WASI command may import is there and can be linked', async (t) => {
  const image = await importer('include wasi:cli/imports@0.2.12;');
  const description = inspect(image);
  t.true(description.importedFunctions.length > 100);
  t.deepEqual(missingImports(description, []), []);
  const host = { resolve: () => undefined, write: () => undefined, wasi: SOURCES };
  await t.notThrowsAsync((await program(image)).instantiate(host, QUOTA));
});

for (const release of ['0.2.0', '0.2.3', '0.2.99']) {
  test(`WASI ${release} is as good as any other 0.2`, async (t) => {
    const name = `(import "wasi:random/random@${release}" (instance (export "get-random-u64" (func (result u64)))))`;
    const description = inspect(await parse(`(component ${name})`));
    t.deepEqual(missingImports(description, []), []);
  });
}

test('what is not there is told with its function, or its interface', async (t) => {
  const imports = `
    (import "wasi:random/random@0.2.9" (instance (export "get-dice" (func (result u8)))))
    (import "wasi:http/outgoing-handler@0.2.0" (instance (export "handle" (func))))
    (import "wasi:keyvalue/store@0.2.0" (instance (export "open" (func))))
    (import "wasi:random/random@0.2.0-rc-2023-11-10" (instance (export "get-random-u64" (func (result u64)))))`;
  const description = inspect(await parse(`(component ${imports})`));
  t.deepEqual(neededGrants(description), []);
  t.deepEqual(notOffered(description), [
    'wasi:http/outgoing-handler@0.2.0',
    'wasi:keyvalue/store@0.2.0',
    'wasi:random/random@0.2.0-rc-2023-11-10',
    'wasi:random/random@0.2.9#get-dice',
  ]);
  t.deepEqual(missingImports(description, ['wasi:http', 'wasi:keyvalue']), notOffered(description));
});

test('an image for WASI 0.3 is refused with what to do', async (t) => {
  const image = await parse('(component (import "wasi:cli/environment@0.3.0" (instance)))');
  const error = t.throws(() => inspect(image), { code: 'unsupported-image' });
  t.regex(error?.message ?? '', /wasi:cli\/environment@0\.3\.0: build it for WASI 0\.2/);
});

for (const [what, wat] of [
  ['makes tasks wait', '(core func (canon waitable-set.new))'],
  ['makes streams', '(type $s (stream u8)) (core func (canon stream.new $s))'],
  [
    'has strings in UTF-16',
    '(import "f" (func $f (param "a" string))) (core module $m (memory (export "m") 1)) (core instance $m (instantiate $m)) (core func (canon lower (func $f) string-encoding=utf16 (memory (core memory $m "m"))))',
  ],
  ['lowers asynchronously', '(import "f" (func $f)) (core func (canon lower (func $f) async))'],
] as const) {
  test(`a component that ${what} is refused`, async (t) => {
    const image = await parse(`(component ${wat})`);
    t.throws(() => inspect(image), { code: 'unsupported-image' });
  });
}

test('a function that preview 1 does not have is told by its name, and all that it has can be linked', async (t) => {
  const wat = (names: Iterable<string>): string =>
    `(module ${[...names].map((each) => `(import "wasi_snapshot_preview1" "${each}" (func))`).join(' ')}
      (memory (export "memory") 1) (func (export "_start")))`;
  const strange = inspect(await parse(wat(['fd_write', 'fd_fly'])));
  t.deepEqual(missingImports(strange, []), ['wasi_snapshot_preview1#fd_fly']);
  const all = new Uint8Array(await parse(wat(PREVIEW_1_FUNCTIONS)));
  t.is(PREVIEW_1_FUNCTIONS.size, 46);
  t.deepEqual(notOffered(inspect(all)), []);
  const host = { resolve: () => undefined, write: () => undefined, wasi: SOURCES };
  t.is(await (await (await program(all)).instantiate(host, QUOTA)).start?.(), 0);
});
