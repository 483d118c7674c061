import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import { ByteReader } from '#wasm-abi/binary/byte-reader.ts';
import { readCoreModule } from '#wasm-abi/binary/core-module.ts';
import { rewriteModule } from '#wasm-abi/rewrite/rewrite-module.ts';
import { cGuest } from '../guests.ts';

interface Refusal {
  readonly code: string;
  readonly place?: { readonly section: string; readonly offset?: number };
  readonly message: string;
}

function refusal(module: Uint8Array): Refusal | undefined {
  try {
    rewriteModule(new Uint8Array(module), { mode: 'epoch' });
    return undefined;
  } catch (error) {
    return error as Refusal;
  }
}

for (const [what, wat, section] of [
  ['a shared memory', '(module (memory 1 1 shared))', 'memory'],
  ['an imported shared memory', '(module (import "a" "m" (memory 1 1 shared)))', 'import'],
  ['a memory of 64 bits', '(module (memory i64 1))', 'memory'],
  ['a table of 64 bits', '(module (table i64 1 funcref))', 'table'],
  [
    'a table with an initial value',
    '(module (func $f) (table 1 (ref func) (ref.func $f)))',
    'table',
  ],
  ['structures on the heap', '(module (type (struct (field i32))))', 'type'],
  ['arrays on the heap', '(module (type (array i8)))', 'type'],
  ['a recursive group', '(module (rec (type (func)) (type (func))))', 'type'],
  [
    'waiting on memory',
    '(module (memory 1) (func (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))',
    'code',
  ],
  ['exceptions that hold exceptions', '(module (tag (param exnref)))', 'tag'],
  ['an import of a reserved module', '(module (import "vstar:memory" "memory0" (func)))', 'import'],
  ['an export of a reserved name', '(module (func (export "vstar:start")))', 'export'],
] as const) {
  test(`${what} is refused with section and offset`, async (t) => {
    const error = refusal(await parse(wat));
    t.is(error?.code, 'unsupported-image');
    t.is(error?.place?.section, section);
    t.true((error?.place?.offset ?? 0) >= 8);
    t.true(error?.message.includes(`section ${section}, offset ${error.place?.offset}`));
  });
}

/** Two functions of one module, by one entry: with a type each, or with one for both. */
const COMPACT = [
  [1, 1, 0x61, 0, 0x7f, 2, 1, 0x66, 0, 0, 1, 0x67, 0, 0],
  [1, 1, 0x61, 0, 0x7e, 0, 0, 2, 1, 0x66, 1, 0x67],
];

test('imports in the compact form are refused, by the engine or by us', (t) => {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2];
  for (const section of COMPACT) {
    const module = Uint8Array.from([...header, section.length, ...section]);
    t.like(refusal(module), { code: 'malformed-image', section: 'import', offset: 17 });
    const error = t.throws(() => readCoreModule(new ByteReader(module, 8)), {
      code: 'unsupported-image',
    });
    t.regex(error?.message ?? '', /compact form/);
  }
});

/** A module of one function without parameters, with this body behind its declarations of locals. */
function ofBody(locals: readonly number[], body: readonly number[] | Uint8Array): Uint8Array {
  const length = locals.length + body.length;
  const number = (value: number): number[] =>
    value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...number(Math.floor(value / 0x80))];
  const code = [1, ...number(length), ...locals];
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0];
  const section = [10, ...number(code.length + body.length)];
  const out = new Uint8Array(header.length + section.length + code.length + body.length);
  out.set([...header, ...section, ...code]);
  out.set(body, header.length + section.length + code.length);
  return out;
}

/** So many times the same, then an `end`. */
function repeated(bytes: readonly number[], times: number): Uint8Array {
  const out = new Uint8Array(bytes.length * times + 1);
  for (let at = 0; at < times; at++) out.set(bytes, at * bytes.length);
  out[out.length - 1] = 0x0b;
  return out;
}

/** Blocks, each in the one before. */
function nested(depth: number): Uint8Array {
  const out = new Uint8Array(3 * depth + 1).fill(0x0b);
  for (let at = 0; at < depth; at++) out.set([0x02, 0x40], 2 * at);
  return out;
}

for (const [what, module, limit] of [
  [
    'a function of more than 1 MiB',
    ofBody([0], repeated([0x01], 1024 * 1024)),
    'size of a function',
  ],
  ['more than 10,000 locals', ofBody([1, 0x91, 0x4e, 0x7f], [0x0b]), 'number of locals'],
  ['blocks nested more than 10,000 deep', ofBody([0], nested(10_001)), 'depth of nested blocks'],
  [
    'many locals in much code',
    ofBody([1, 0x90, 0x4e, 0x7f], repeated([0x01], 40_000)),
    'locals and size',
  ],
  ['many locals in deep blocks', ofBody([1, 0xe8, 7, 0x7f], nested(1_001)), 'product of locals'],
] as const) {
  test(`${what} are too large, and what is just below is not`, (t) => {
    const error = refusal(module);
    t.is(error?.code, 'image-too-large');
    t.is(error?.place?.section, 'code');
    t.true(error?.message.includes(limit), error?.message);
  });
}

test('what is just below these limits is rewritten', (t) => {
  for (const module of [
    ofBody([0], repeated([0x01], 1024 * 1024 - 2)),
    ofBody([1, 0x90, 0x4e, 0x7f], [0x0b]),
    ofBody([1, 0x90, 0x4e, 0x7f], repeated([0x01], 39_990)),
    ofBody([0], nested(10_000)),
    ofBody([1, 0xe8, 7, 0x7f], nested(1_000)),
  ]) {
    t.is(refusal(module), undefined);
  }
});

test('more functions than a module may have are too large', (t) => {
  const count = 250_001;
  const three = [0x91 | 0x80, 0xa1, 0x0f]; // the count as LEB128
  const body = new Uint8Array(count * 3);
  for (let at = 0; at < count; at++) body.set([2, 0, 0x0b], at * 3);
  const lengthOf = (value: number) => [
    (value & 0x7f) | 0x80,
    ((value >> 7) & 0x7f) | 0x80,
    ((value >> 14) & 0x7f) | 0x80,
    value >> 21,
  ];
  const parts = [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0],
    [3, ...lengthOf(count + 3), ...three],
    new Uint8Array(count),
    [10, ...lengthOf(body.length + 3), ...three],
    body,
  ];
  const error = refusal(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
  t.is(error?.code, 'image-too-large');
  t.is(error?.place?.section, 'function');
});

test('a module that the engine refuses is refused before it is changed', async (t) => {
  // After rewriting there would be a memory 1: the flag.
  const valid = await parse(
    '(module (memory 1) (memory 1) (data (memory 1) (i32.const 0) "\\01"))',
  );
  const at = Buffer.from(valid).indexOf(Uint8Array.of(5, 5, 2, 0, 1, 0, 1));
  const invalid = Buffer.concat([
    valid.subarray(0, at),
    Uint8Array.of(5, 3, 1, 0, 1),
    valid.subarray(at + 7),
  ]);
  const error = refusal(invalid);
  t.is(error?.code, 'malformed-image');
  t.regex(error?.message ?? '', /memory index 1/);
});

test('a module that was rewritten is refused', async (t) => {
  for (const mode of ['epoch', 'fuel'] as const) {
    const { bytes } = rewriteModule(new Uint8Array(await cGuest('rpc', 'core')), { mode });
    t.is(refusal(bytes)?.code, 'unsupported-image', mode);
  }
});

test('a real module cut off or changed anywhere is refused with a code or rewritten to a valid one', async (t) => {
  const module = new Uint8Array(await cGuest('rpc', 'core'));
  let refused = 0;
  for (let at = 8; at < module.length; at += 13) {
    const changed = module.slice();
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    for (const bytes of [module.slice(0, at), changed]) {
      const error = refusal(bytes);
      if (error) refused++;
      if (error) t.regex(error.code, /^(malformed-image|unsupported-image|image-too-large)$/);
      else t.true(WebAssembly.validate(rewriteModule(bytes, { mode: 'epoch' }).bytes));
    }
  }
  t.true(refused > 100);
});
