import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import fc from 'fast-check';
import { inspect } from '#wasm-abi/inspect.ts';
import { cGuest, tsGuest, wasiGuest } from './guests.ts';

const CODES = new Set(['not-wasm', 'malformed-image', 'unsupported-image', 'image-too-large']);

/** The code of what `inspect` throws; undefined if it accepts the bytes. */
function refusal(bytes: Uint8Array): string | undefined {
  try {
    inspect(bytes);
    return undefined;
  } catch (error) {
    const { code } = error as { code?: string };
    return code ?? String(error);
  }
}

test('a component is told with its interfaces, their functions and its memories', async (t) => {
  const { kind, imports, importedFunctions, exports, memories, coreModules } = inspect(
    await cGuest('rpc'),
  );
  t.is(kind, 'component');
  t.deepEqual(imports, ['posiv:kernel/types@0.1.0', 'posiv:kernel/ipc@0.1.0']);
  t.deepEqual(importedFunctions, ['posiv:kernel/ipc@0.1.0#rpc']);
  t.deepEqual(exports, ['posiv:kernel/program@0.1.0']);
  t.deepEqual(memories, [{ minPages: 18 }]);
  t.is(coreModules, 3);
});

test('a component of QuickJS is told with the memories of all its parts', async (t) => {
  const { kind, exports, memories } = inspect(await tsGuest('values'));
  t.is(kind, 'component');
  t.true(
    exports.includes('posiv:kernel/program@0.1.0') &&
      exports.includes('posiv:kernel/handlers@0.1.0'),
  );
  t.is(memories.length, 3);
});

test('a core module with POSIV signatures is told as core, with the same names as its component', async (t) => {
  const { kind, imports, importedFunctions, exports } = inspect(await cGuest('rpc', 'core'));
  t.is(kind, 'core');
  t.deepEqual(imports, ['posiv:kernel/ipc@0.1.0']);
  t.deepEqual(importedFunctions, ['posiv:kernel/ipc@0.1.0#rpc']);
  t.deepEqual(exports, ['posiv:kernel/program@0.1.0']);
});

test('a module with _start is told as a WASI command', async (t) => {
  const { kind, imports, exports } = inspect(await wasiGuest('hello'));
  t.is(kind, 'wasi-command');
  t.deepEqual(imports, ['wasi_snapshot_preview1']);
  t.deepEqual(exports, ['_start']);
});

test('a small component cut off at any byte is refused with a code, or is a smaller component', async (t) => {
  const image = await cGuest('rpc');
  for (let end = 0; end < image.length; end++) {
    const code = refusal(image.subarray(0, end));
    if (code !== undefined && !CODES.has(code)) t.fail(`cut at ${end}: ${code}`);
  }
  t.is(refusal(image), undefined);
});

test('a fault names its section and its offset in the image', async (t) => {
  const image = await cGuest('rpc', 'core');
  const error = t.throws(() => inspect(image.subarray(0, image.length - 1)), {
    code: 'malformed-image',
  });
  const { section, offset } = error as unknown as { section: string; offset: number };
  t.is(typeof section, 'string');
  t.true(offset > 8 && offset < image.length);
});

test('random bytes are refused with a code', (t) => {
  const property = fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
    CODES.has(refusal(bytes) ?? ''),
  );
  t.notThrows(() => fc.assert(property));
});

test('random bytes after the header of a module or component end in a code or a description', (t) => {
  const headers = fc.constantFrom([1, 0, 0, 0], [13, 0, 1, 0]);
  const sections = fc.array(fc.tuple(fc.nat({ max: 14 }), fc.uint8Array({ maxLength: 60 })), {
    maxLength: 6,
  });
  const property = fc.property(headers, sections, (version, parts) => {
    const bytes = [
      0,
      0x61,
      0x73,
      0x6d,
      ...version,
      ...parts.flatMap(([id, body]) => [id, body.length, ...body]),
    ];
    const code = refusal(Uint8Array.from(bytes));
    return code === undefined || CODES.has(code);
  });
  t.notThrows(() => fc.assert(property, { numRuns: 5_000 }));
});

test('a component with any byte changed ends in a code or a description', async (t) => {
  const image = await cGuest('rpc');
  const property = fc.property(
    fc.nat({ max: image.length - 1 }),
    fc.nat({ max: 255 }),
    (at, value) => {
      const changed = Uint8Array.from(image);
      changed[at] = value;
      const code = refusal(changed);
      return code === undefined || CODES.has(code);
    },
  );
  t.notThrows(() => fc.assert(property, { numRuns: 5_000 }));
});

test('a count that lies costs no more than the bytes that are there', (t) => {
  const lie = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 2, 6, 0xff, 0xff, 0xff, 0xff, 0x0f, 0];
  t.is(refusal(Uint8Array.from(lie)), 'malformed-image');
});

test('an image above the limit is refused without being read', (t) => {
  t.is(refusal(new Uint8Array(64 * 1024 * 1024 + 1)), 'image-too-large');
});

for (const [what, wat] of [
  ['a shared memory', '(module (memory (export "memory") 1 2 shared))'],
  ['a 64-bit memory', '(module (memory (export "memory") i64 1))'],
  ['garbage-collected types', '(module (type (array i8)) (memory (export "memory") 1))'],
  [
    'an imported memory',
    '(module (import "a" "b" (memory 1)) (export "memory" (memory 0)) (func (export "_start")))',
  ],
  ['no entry', '(module (memory (export "memory") 1))'],
  ['no memory', '(module (func (export "_start")))'],
  ['a core module as an import', '(component (import "a" (core module)))'],
  ['a quote in the name of a core import', `(component (core module (import "a'+b" "c" (func))))`],
  [
    'a backslash in the name of a core export',
    String.raw`(component (core module (func (export "a\5c"))))`,
  ],
  [
    'a line feed in the name of a core export',
    String.raw`(component (core module (func (export "a\0a"))))`,
  ],
  ['the name of the prototype', '(component (core module (import "__proto__" "c" (func))))'],
  [
    'a hostile name in an inner component',
    `(component (component (core module (func (export "\`\${x}\`")))))`,
  ],
  ['a URL as the name of an import', '(component (import "url=<https://a.test>" (func)))'],
] as const) {
  test(`${what} is refused`, async (t) => {
    t.is(refusal(await parse(wat)), 'unsupported-image');
  });
}

for (const [from, to] of [
  ['posiv:kernel/program@0.1.0', "posiv:kernel/pro'ram@0.1.0"],
  ['posiv:kernel/ipc@0.1.0', 'posiv:kernel/i*/@0.1.0'],
  ['timeout-ms', 'timeout");'],
  ['no-such-task', "no-such'-ta+"],
] as const) {
  test(`${from} made ${to} is refused`, async (t) => {
    const image = Buffer.from(await cGuest('rpc'));
    for (let at = image.indexOf(from); at >= 0; at = image.indexOf(from, at + 1))
      image.write(to, at);
    t.is(refusal(image), 'unsupported-image');
  });
}
