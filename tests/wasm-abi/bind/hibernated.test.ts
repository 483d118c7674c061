import test from 'ava';
import { enter } from '#wasm-abi/bind/hibernated.ts';
import { Pristine } from '#wasm-abi/bind/pristine.ts';

const PAGE = 65_536;
const MOST = 4 * PAGE;

function memory(pages = 2): { memory: WebAssembly.Memory; bytes: Uint8Array } {
  const made = new WebAssembly.Memory({ initial: pages, maximum: 4 });
  return { memory: made, bytes: new Uint8Array(made.buffer) };
}

/** A memory as a program's start leaves it. */
function started(): ReturnType<typeof memory> {
  const made = memory();
  for (let at = 1_000; at < 1_100; at++) made.bytes[at] = at % 251;
  made.bytes[PAGE] = 7;
  return made;
}

function global(value: 'i32' | 'i64' | 'f64', initial: number | bigint): WebAssembly.Global {
  return new WebAssembly.Global({ value, mutable: true }, initial);
}

for (const [what, places] of [
  ['nothing', []],
  ['its first and last byte', [0, 2 * PAGE - 1]],
  ['what its start had written', [1_000, 1_050, 1_099, PAGE]],
  ['bytes near and far', [1, 4, 9, 40, 1_003, 1_120, 70_000]],
  ['all of it', Array.from({ length: 2 * PAGE }, (_, at) => at)],
] as const) {
  test(`what has changed in a memory, ${what}, is there again in another, and gone from it`, (t) => {
    const one = started();
    const pristine = Pristine.of([one.memory], [])!;
    for (const at of places) one.bytes[at] = one.bytes[at]! + 1 + (at % 200);
    const before = one.bytes.slice();
    const state = pristine.stateOf([one.memory], [], MOST)!;
    t.true(pristine.restore([new Uint8Array(one.memory.buffer)], [], state));
    t.deepEqual(one.bytes, started().bytes);
    const other = started();
    enter(state, [other.memory], []);
    t.deepEqual(other.bytes, before);
  });
}

test('what has become zero becomes zero again', (t) => {
  const one = started();
  const pristine = Pristine.of([one.memory], [])!;
  one.bytes.fill(0);
  const other = started();
  enter(pristine.stateOf([one.memory], [], MOST)!, [other.memory], []);
  t.deepEqual(other.bytes, one.bytes);
});

test('a memory that has grown is as large again', (t) => {
  const one = started();
  const pristine = Pristine.of([one.memory], [])!;
  one.memory.grow(2);
  const grown = new Uint8Array(one.memory.buffer);
  grown[4 * PAGE - 1] = 1;
  const state = pristine.stateOf([one.memory], [], MOST)!;
  t.false(pristine.restore([new Uint8Array(one.memory.buffer)], [], state));
  const other = started();
  enter(state, [other.memory], []);
  t.deepEqual(new Uint8Array(other.memory.buffer), grown);
});

test('a memory is looked through without what a larger one before has left', (t) => {
  const large = memory(4);
  large.bytes.fill(1);
  Pristine.of([large.memory], [])!.stateOf([large.memory], [], MOST);
  const one = memory();
  const state = Pristine.of([one.memory], [])!.stateOf([one.memory], [], MOST)!;
  t.deepEqual(state.memories[0]?.places, []);
});

test('no more is kept than what may be', (t) => {
  const one = started();
  const pristine = Pristine.of([one.memory], [])!;
  one.bytes.fill(9, 0, 1_000);
  t.is(pristine.stateOf([one.memory], [], 1_000)?.memories[0]?.bytes.length, 1_000);
  t.is(pristine.stateOf([one.memory], [], 999), undefined);
});

test('globals have their values again, and one that is no number is not kept', (t) => {
  const globals = [global('i32', 1), global('i64', 2n), global('f64', 0)];
  const pristine = Pristine.of([], globals)!;
  const values = [-5, -(2n ** 62n), -0];
  for (const [index, value] of values.entries()) globals[index]!.value = value;
  const state = pristine.stateOf([], globals, MOST)!;
  const others = [global('i32', 1), global('i64', 2n), global('f64', 0)];
  enter(state, [], others);
  for (const [index, value] of values.entries()) t.true(Object.is(others[index]?.value, value));
  globals[2]!.value = Number.NaN;
  t.is(pristine.stateOf([], globals, MOST), undefined);
});
