import { MAX_IMAGE_BYTES } from '#wasm-abi/inspect.ts';
import { parse } from '@bytecodealliance/jco';
import { ends, held, refused } from '../families.ts';
import { packedImage } from '../guests/packed-image.ts';
import { coreImage, type CoreText } from '../guests/core-image.ts';
import type { Scenario } from '../scenario.ts';

const TOO_LARGE = /^refused: .*image too large/;
const UNSUPPORTED = /^refused: .*unsupported image/;
const MALFORMED = /^refused: .*malformed image/;

const NAMES: readonly (readonly [string, string])[] = [
  ['quote in a name', `(component (core module (import "a'+process.exit()+'b" "c" (func))))`],
  ['template in a name', '(component (core module (import "${process.exit()}" "`" (func))))'],
  ['line feed in a name', '(component (core module (func (export "a\\0aprocess.exit()"))))'],
  ['prototype as a name', '(component (core module (import "__proto__" "constructor" (func))))'],
  ['URL as a name', '(component (import "url=<https://a.test>" (func)))'],
];

/** So many functions, tables or locals: one more than may be. */
const LIMITS: readonly (readonly [string, string, CoreText, RegExp])[] = [
  [
    'too many locals',
    'has 10,001 locals in a function',
    { fields: `(func ${'(local i32)'.repeat(10_001)})` },
    TOO_LARGE,
  ],
  [
    'too long a function',
    'has a function of more than a mebibyte',
    { fields: `(func ${'nop '.repeat(2 ** 20 + 1)})` },
    TOO_LARGE,
  ],
  [
    'too deep blocks',
    'nests 10,001 blocks',
    { fields: `(func ${'block '.repeat(10_001)} ${'end '.repeat(10_001)})` },
    TOO_LARGE,
  ],
  [
    'locals in deep blocks',
    'makes the compiler keep 1,001 locals for each of 1,001 blocks',
    {
      fields: `(func ${'(local i32)'.repeat(1_001)} ${'block '.repeat(1_001)} ${'end '.repeat(1_001)})`,
    },
    TOO_LARGE,
  ],
  [
    'locals in a long function',
    'makes the compiler move 10,000 locals at each of many branches',
    { fields: `(func ${'(local i32)'.repeat(10_000)} ${'nop '.repeat(40_001)})` },
    TOO_LARGE,
  ],
  ['too many memories', 'has 17 memories', { fields: '(memory 1)'.repeat(16) }, TOO_LARGE],
  ['too many tables', 'has 17 tables', { fields: '(table 1 funcref)'.repeat(17) }, TOO_LARGE],
  ['shared memory', 'shares a memory between threads', { memory: '1 1 shared' }, UNSUPPORTED],
  [
    'waiting atomics',
    'would block its thread',
    {
      fields: '(func (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))',
    },
    UNSUPPORTED,
  ],
  [
    'heap of its own',
    'allocates outside of its memory',
    { fields: '(type (array (mut i8)))' },
    UNSUPPORTED,
  ],
  [
    'name of the checks',
    "exports a function by a name of the checks'",
    { fields: '(func (export "vstar:start"))' },
    UNSUPPORTED,
  ],
];

/** The flag's memory comes after its own: before it is rewritten there is no memory 1. */
async function reachingFlag(): Promise<Uint8Array> {
  const image = await coreImage({
    fields: '(memory 1) (func (i32.store 1 (i32.const 0) (i32.const 0)))',
  });
  const at = Buffer.from(image).indexOf(Uint8Array.of(5, 5, 2, 0, 2, 0, 1));
  const [before, after] = [image.subarray(0, at), image.subarray(at + 7)];
  return Uint8Array.from([...before, 5, 3, 1, 0, 2, ...after]);
}

/** Functions with as many locals and branches as the limits let pass: the slowest to compile that there are. */
const SLOW = Array.from(
  { length: 3 },
  (_, at) =>
    `(func $slow${at} (local ${'i32 '.repeat(9_990)}) ${'block (br_if 0 (local.get 9)) end '.repeat(4_400)})`,
);

/** Images that are refused before anything of them runs. */
export const imageScenarios: readonly Scenario[] = [
  ...NAMES.map(([name, text]) =>
    refused(
      { name, tries: 'gets into generated JavaScript' },
      async () => new Uint8Array(await parse(text)),
      UNSUPPORTED,
    ),
  ),
  ...LIMITS.map(([name, tries, text, reason]) =>
    refused({ name, tries }, () => coreImage(text), reason),
  ),
  held(
    { name: 'compile bomb', tries: 'has three functions that are as slow to compile as may be' },
    () =>
      coreImage({
        fields: SLOW.join('\n'),
        run: `${SLOW.map((_, at) => `(call $slow${at})`).join(' ')} (i32.const 0)`,
      }),
  ),
  ends(
    { name: 'packed image', tries: 'has 200,000 functions of 10,000 locals in 2 MB' },
    async () => packedImage(200_000, 10_000),
    /^exited: 0$/,
  ),
  refused(
    { name: 'too many functions', tries: 'has 250,001 functions' },
    async () => packedImage(250_001, 0),
    TOO_LARGE,
  ),
  refused(
    { name: 'too large an image', tries: 'is a byte larger than 64 MiB' },
    async () => {
      const bytes = new Uint8Array(MAX_IMAGE_BYTES + 1);
      bytes.set(await coreImage({}));
      return bytes;
    },
    TOO_LARGE,
  ),
  refused(
    { name: 'epoch flag', tries: 'writes to the memory that its checks look at' },
    reachingFlag,
    MALFORMED,
  ),
  refused(
    { name: 'import of the flag', tries: 'imports the memory that its checks look at' },
    async () =>
      new Uint8Array(
        await parse(`(module (import "vstar:preemption" "flag" (memory 1 1 shared))
          (memory (export "memory") 1) (func (export "_start")))`),
      ),
    UNSUPPORTED,
  ),
  refused(
    { name: 'cut off', tries: 'ends in the middle of its code' },
    async () => (await coreImage({})).subarray(0, -20),
    MALFORMED,
  ),
];
