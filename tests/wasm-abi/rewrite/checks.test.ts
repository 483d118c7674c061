import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import { ByteReader } from '#wasm-abi/binary/byte-reader.ts';
import { readCoreModule } from '#wasm-abi/binary/core-module.ts';
import { readBranchHints } from '#wasm-abi/rewrite/branch-hints.ts';
import { rewriteModule } from '#wasm-abi/rewrite/rewrite-module.ts';
import { cGuest } from '../guests.ts';
import { GO_ON, Scripted } from '../preemptions.ts';
import { instantiate } from './rewritten.ts';

/** How many checks a call of `run` comes by. */
async function checksIn(body: string, more = ''): Promise<number> {
  const wat = `(module ${more} (func $run (export "run") (param i32) ${body}))`;
  const preemption = new Scripted([GO_ON]);
  const { exports } = instantiate(new Uint8Array(await parse(wat)), 'epoch', {}, preemption);
  (exports['run'] as (rounds: number) => void)(10);
  return preemption.ticks;
}

const LEAF = '(func $leaf (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))';
const NEXT_ROUND = '(br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))';
const LONG_LEAF = `(func $long ${'(drop (i32.const 1))'.repeat(600)})`;

for (const [what, checks, body, more] of [
  ['a short function that calls nothing has no check', 0, '(nop)', ''],
  [
    'a loop that calls nothing and is short has a check in every fourth round',
    2,
    `(loop $l ${NEXT_ROUND})`,
    '',
  ],
  [
    'a loop that is not so short has one in every other',
    1 + 4,
    `(loop $l ${'(drop (i32.const 1))'.repeat(15)} ${NEXT_ROUND})`,
    '',
  ],
  [
    'a loop that is long has one in each but the last',
    1 + 9,
    `(loop $l ${'(drop (i32.const 1))'.repeat(50)} ${NEXT_ROUND})`,
    '',
  ],
  [
    'a loop that calls has one in each but the last',
    1 + 9,
    `(loop $l (call $f) ${NEXT_ROUND})`,
    '(func $f)',
  ],
  [
    'a loop that another one goes round in has none of its own where it does not turn',
    9,
    `(loop $l (loop $m (br_if $m (i32.const 0))) ${NEXT_ROUND})`,
    '',
  ],
  [
    'a loop that takes a parameter has a check in each round',
    10,
    '(i32.const 1) (loop $l (param i32) (drop) (i32.const 1) (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))) (drop))',
    '',
  ],
  [
    'a loop whose every round calls a function with a check has none of its own',
    1 + 10,
    `(loop $l (call $long) ${NEXT_ROUND})`,
    LONG_LEAF,
  ],
  [
    'a loop that may turn before it calls that function has one of its own',
    1 + 10 + 9,
    `(loop $l (br_if $l (i32.const 0)) (call $long) ${NEXT_ROUND})`,
    LONG_LEAF,
  ],
  [
    'a loop that does not always call that function has one of its own',
    1 + 9,
    `(loop $l (if (i32.const 0) (then (call $long))) ${NEXT_ROUND})`,
    LONG_LEAF,
  ],
  [
    'a function that others can call and that calls has one check',
    1,
    '(drop (call $leaf (local.get 0)))',
    LEAF,
  ],
  [
    'a long function has a check at its entry, wherever it is called',
    3,
    '(call $long) (call $long)',
    LONG_LEAF,
  ],
  [
    'a recursion has a check in each call',
    1 + 11,
    '(call $f (local.get 0))',
    '(func $f (param i32) (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1))))))',
  ],
  ['growing memory has a check of its own', 1, '(drop (memory.grow (i32.const 0)))', '(memory 1)'],
] as const) {
  test(what, async (t) => t.is(await checksIn(body, more), checks));
}

test('a function that is long with all that it calls is checked between its calls', async (t) => {
  const middle = `(func $middle ${'(drop (i32.const 1))'.repeat(400)})`;
  const checks = await checksIn('(call $middle)'.repeat(1_000), middle);
  t.true(checks > 900, `${checks} checks`);
});

/** A rewritten module as images may be: its flag is a memory that is not shared. */
function unshared(rewritten: Uint8Array): Uint8Array {
  const bytes = rewritten.slice();
  const flag = Buffer.from(bytes).indexOf(Buffer.from('flag\x02\x03\x01\x01', 'latin1'));
  if (flag >= 0) bytes[flag + 5] = 1;
  return bytes;
}

/** The opcodes that a module's hints point to, and what they say. */
function hinted(given: Uint8Array): { opcode: number; likely: number }[] {
  const bytes = unshared(given);
  const module = readCoreModule(new ByteReader(bytes, 8));
  const section = module.sections.find(({ id }) => id === 10);
  const reader = new ByteReader(bytes, section?.body, section?.end);
  const imported = module.imports.filter(({ kind }) => kind === 'function').length;
  const bodies = Array.from({ length: reader.u32() }, () => {
    const part = reader.part(reader.u32(), 'code');
    return part.offset;
  });
  return [...readBranchHints(bytes, module)].flatMap(([index, hints]) =>
    hints.map(({ offset, likely }) => ({
      opcode: bytes[(bodies[index - imported] ?? 0) + offset] ?? -1,
      likely,
    })),
  );
}

test('each check is hinted as unlikely, at the place where it is', async (t) => {
  for (const mode of ['epoch', 'fuel'] as const) {
    const { bytes } = rewriteModule(new Uint8Array(await cGuest('spin', 'core')), { mode });
    const hints = hinted(bytes);
    t.true(hints.length > 3);
    for (const hint of hints) t.deepEqual(hint, { opcode: 0x04, likely: 0 });
  }
});

test('hints that a module brings move along with its branches', async (t) => {
  const wat = `(module (func $f (export "f") (param i32)
    (loop $l (local.get 0) (@metadata.code.branch_hint "\\01") (if (then nop))
      (local.get 0) (@metadata.code.branch_hint "\\00") (br_if $l))
    (local.get 0) (@metadata.code.branch_hint "\\01") (if (then (loop $m (call $f (i32.const 0)))))))`;
  const original = new Uint8Array(await parse(wat));
  const theirs = [
    { opcode: 0x04, likely: 1 },
    { opcode: 0x0d, likely: 0 },
    { opcode: 0x04, likely: 1 },
  ];
  t.deepEqual(hinted(original), theirs);
  const hints = hinted(rewriteModule(original, { mode: 'epoch' }).bytes);
  const check = { opcode: 0x04, likely: 0 };
  // The first loop is written four times. The second one is not checked: its function is, which it always calls.
  const round = theirs.slice(0, 2);
  t.deepEqual(hints, [check, ...round, ...round, ...round, ...round, check, ...theirs.slice(2)]);
});

test('hints that cannot be read are left out', async (t) => {
  const original = new Uint8Array(await parse('(module (func (export "f") (loop nop)))'));
  const name = [...Buffer.from('metadata.code.branch_hint')];
  const body = [name.length, ...name, 1, 0, 99];
  const module = readCoreModule(new ByteReader(original, 8));
  const code = module.sections.find(({ id }) => id === 10)?.start ?? 0;
  const broken = Buffer.concat([
    original.subarray(0, code),
    Uint8Array.of(0, body.length, ...body),
    original.subarray(code),
  ]);
  t.true(WebAssembly.validate(broken));
  const { bytes } = rewriteModule(new Uint8Array(broken), { mode: 'epoch' });
  t.deepEqual(hinted(bytes), [{ opcode: 0x04, likely: 0 }]);
});
