import test from 'ava';
import { Pristine } from '#wasm-abi/bind/pristine.ts';

const PAGE = 65_536;

function memory(pages: number): { memory: WebAssembly.Memory; bytes: Uint8Array } {
  const made = new WebAssembly.Memory({ initial: pages, maximum: pages + 1 });
  return { memory: made, bytes: new Uint8Array(made.buffer) };
}

function global(
  value: 'i32' | 'i64' | 'f32' | 'f64',
  initial: number | bigint,
): WebAssembly.Global {
  return new WebAssembly.Global({ value, mutable: true }, initial);
}

for (const [what, places] of [
  ['nothing', []],
  ['its first and last byte', [0, PAGE - 1, 2 * PAGE - 1]],
  ['bytes far from each other', [1, 300, 1_000, 1_003, 1_004, 70_000]],
  ['all of it', Array.from({ length: 2 * PAGE }, (_, at) => at)],
  ['every two-hundredth byte', Array.from({ length: 600 }, (_, at) => at * 200)],
] as const) {
  test(`a memory of which ${what} is not zero is put back byte by byte`, (t) => {
    const { memory: one, bytes } = memory(2);
    for (const at of places) bytes[at] = (at % 255) + 1;
    const before = bytes.slice();
    const pristine = Pristine.of([one], [])!;
    for (let at = 0; at < bytes.length; at++) bytes[at] = at * 7;
    t.true(pristine.restore([bytes], []));
    t.deepEqual(bytes, before);
  });
}

test('globals are put back bit by bit', (t) => {
  const globals = [
    global('i32', -1),
    global('i64', -(2n ** 63n)),
    global('i64', 2n ** 53n + 1n),
    global('f32', Math.fround(0.1)),
    global('f64', -0),
    global('f64', Number.MIN_VALUE),
    global('f32', -Infinity),
  ];
  const before = globals.map(({ value }) => value);
  const pristine = Pristine.of([], globals)!;
  for (const each of globals) each.value = typeof each.value === 'bigint' ? 7n : Number.NaN;
  t.true(pristine.restore([], globals));
  for (const [index, { value }] of globals.entries()) t.true(Object.is(value, before[index]));
});

test('what would have to go back to a NaN is not put back', (t) => {
  t.is(Pristine.of([], [global('f32', Number.NaN)]), undefined);
  t.is(Pristine.of([], [global('i32', 0), global('f64', Number.NaN)]), undefined);
});

test('what has a memory of another size is left as it is', (t) => {
  const { memory: one } = memory(1);
  const { memory: two, bytes } = memory(1);
  const pristine = Pristine.of([one, two], [])!;
  bytes.fill(3);
  one.grow(1);
  t.false(pristine.restore([new Uint8Array(one.buffer), bytes], []));
  t.true(bytes.every((byte) => byte === 3));
});
