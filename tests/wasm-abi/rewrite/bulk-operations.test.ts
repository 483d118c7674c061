import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import fc from 'fast-check';
import {
  MEMORY_CHUNK,
  MOST_IMPORTED_GROWTH,
  TABLE_CHUNK,
  UNCHECKED_BYTES,
} from '#wasm-abi/rewrite/bulk-helper.ts';
import { GO_ON, Scripted } from '../preemptions.ts';
import { instantiate, type Running, WAYS } from './rewritten.ts';

const PAGES = 32;
const BYTES = PAGES * 65_536;
const SEGMENT = 900_000;
const ELEMENTS = 20_000;
const SEGMENT_ELEMENTS = 9_000;
const RUNS = 60;

type Operation = (a: number, b: number, c: number) => number | undefined;

/** Around the multiples of a chunk, the bounds, and what wraps around 32 bits. */
function edges(chunk: number, ...bounds: number[]): fc.Arbitrary<number> {
  const near = [
    0,
    chunk,
    2 * chunk,
    3 * chunk,
    ...bounds,
    2 ** 31,
    2 ** 31 - chunk,
    2 ** 32 - 1,
    2 ** 32 - chunk,
  ];
  return fc
    .tuple(fc.constantFrom(...near), fc.integer({ min: -2, max: 2 }))
    .map(([value, by]) => (value + by) >>> 0);
}

function any(chunk: number, most: number, ...bounds: number[]): fc.Arbitrary<number> {
  return fc.oneof(edges(chunk, most, ...bounds), fc.nat(most));
}

function outcome(operation: Operation, values: readonly [number, number, number]): unknown {
  try {
    return operation(...values);
  } catch (error) {
    return (error as Error).message;
  }
}

test('filling, copying and initialising memory in parts is what the instruction does', async (t) => {
  const text = Array.from({ length: SEGMENT / 9 }, (_, index) => String(index).padStart(9, 'x'));
  const bytes = new Uint8Array(
    await parse(`(module (memory $a (export "a") ${PAGES}) (memory $b (export "b") ${PAGES})
    (data $d "${text.join('')}")
    (func (export "fill") (param i32 i32 i32) (memory.fill $a (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy") (param i32 i32 i32) (memory.copy $a $a (local.get 0) (local.get 1) (local.get 2)))
    (func (export "across") (param i32 i32 i32) (memory.copy $b $a (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init") (param i32 i32 i32) (memory.init $a $d (local.get 0) (local.get 1) (local.get 2)))
    (func (export "drop") (param i32 i32 i32) (data.drop $d)))`),
  );
  const number = any(MEMORY_CHUNK, BYTES, SEGMENT, BYTES - SEGMENT);
  const step = fc.tuple(fc.constantFrom('fill', 'copy', 'across', 'init'), number, number, number);
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), fc.boolean(), (steps, drops) => {
      const all = WAYS.map((way) => instantiate(bytes, way));
      for (const { exports } of all) (exports['init'] as Operation)(17, 0, SEGMENT);
      if (drops) for (const { exports } of all) (exports['drop'] as Operation)(0, 0, 0);
      for (const [name, ...values] of steps) {
        const [first, ...others] = all.map((each) =>
          outcome(each.exports[name] as Operation, values),
        );
        for (const other of others) t.is(other, first, `${name} ${values.join()}`);
      }
      for (const name of ['a', 'b']) {
        const [first, ...others] = all.map((each) => memory(each, name));
        for (const other of others) t.true(first?.equals(other), name);
      }
    }),
    { numRuns: RUNS },
  );
});

function memory({ exports }: Running, name: string): Buffer {
  return Buffer.from((exports[name] as WebAssembly.Memory).buffer);
}

test('filling, copying, initialising and growing tables in parts is what the instruction does', async (t) => {
  const functions = Array.from(
    { length: 3 },
    (_, index) => `(func $f${index} (export "f${index}"))`,
  );
  const segment = Array.from({ length: SEGMENT_ELEMENTS }, (_, index) => `$f${index % 3}`);
  const bytes = new Uint8Array(
    await parse(`(module ${functions.join(' ')}
    (table $t (export "t") ${ELEMENTS} 40000 funcref) (table $u (export "u") ${ELEMENTS} 40000 funcref)
    (elem $e func ${segment.join(' ')})
    (func (export "fill") (param i32 i32 i32) (table.fill $t (local.get 0) (ref.func $f1) (local.get 2)))
    (func (export "copy") (param i32 i32 i32) (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)))
    (func (export "across") (param i32 i32 i32) (table.copy $u $t (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init") (param i32 i32 i32) (table.init $t $e (local.get 0) (local.get 1) (local.get 2)))
    (func (export "grow") (param i32 i32 i32) (result i32) (table.grow $t (ref.func $f2) (local.get 2))))`),
  );
  const number = any(TABLE_CHUNK, ELEMENTS, SEGMENT_ELEMENTS, ELEMENTS - SEGMENT_ELEMENTS);
  const names = fc.constantFrom('fill', 'copy', 'across', 'init', 'grow');
  const steps = fc.array(fc.tuple(names, number, number, number), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(steps, (list) => {
      const all = WAYS.map((way) => instantiate(bytes, way));
      for (const { exports } of all) (exports['init'] as Operation)(11, 0, SEGMENT_ELEMENTS);
      for (const [name, ...values] of list) {
        const [first, ...others] = all.map((each) =>
          outcome(each.exports[name] as Operation, values),
        );
        for (const other of others) t.is(other, first, `${name} ${values.join()}`);
      }
      for (const name of ['t', 'u']) {
        const [first, ...others] = all.map((each) => elements(each, name));
        for (const other of others) t.true(other === first, name);
      }
    }),
    { numRuns: RUNS },
  );
});

/** Which function each element is. */
function elements({ exports }: Running, name: string): string {
  const table = exports[name] as WebAssembly.Table;
  let text = '';
  for (let index = 0; index < table.length; index += 7) {
    const each = table.get(index) as unknown;
    text += each === null ? '-' : each === exports['f0'] ? 0 : each === exports['f1'] ? 1 : 2;
  }
  return `${table.length} ${text}`;
}

test('a long operation is checked before it and between its parts, a very short one is left as it is', async (t) => {
  const bytes = new Uint8Array(
    await parse(`(module (memory 32)
    (func (export "long") (memory.fill (i32.const 0) (i32.const 1) (i32.const 2000000)))
    (func (export "short") (memory.fill (i32.const 0) (i32.const 1) (i32.const 1024)))
    (func (export "given") (param i32) (memory.fill (i32.const 0) (i32.const 1) (local.get 0))))`),
  );
  const preemption = new Scripted([GO_ON]);
  const { exports } = instantiate(bytes, 'epoch', {}, preemption);
  (exports['short'] as () => void)();
  t.is(preemption.ticks, 0);
  (exports['long'] as () => void)();
  t.is(preemption.ticks, 1 + Math.floor(2_000_000 / MEMORY_CHUNK));
  const given = exports['given'] as (bytes: number) => void;
  const before = preemption.ticks;
  given(UNCHECKED_BYTES);
  t.is(preemption.ticks, before);
  given(UNCHECKED_BYTES + 1);
  t.is(preemption.ticks, before + 1);
});

test('many operations one after the other are checked between them', async (t) => {
  const fills = '(memory.fill (i32.const 0) (i32.const 1) (i32.const 200000))'.repeat(1_000);
  const growths = '(drop (table.grow $t (ref.func $f) (i32.const 8)))'.repeat(1_000);
  const bytes = new Uint8Array(
    await parse(`(module (import "m" "t" (table $t 0 60000 funcref)) (memory 32) (func $f) (elem declare func $f)
    (func (export "fills") ${fills}) (func (export "growths") ${growths}))`),
  );
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: 0, maximum: 60_000 });
  const preemption = new Scripted([GO_ON]);
  const { exports } = instantiate(bytes, 'epoch', { m: { t: table } }, preemption);
  for (const name of ['fills', 'growths']) {
    preemption.ticks = 0;
    (exports[name] as () => void)();
    t.true(preemption.ticks >= 1_000, `${preemption.ticks} checks in ${name}`);
  }
  t.is(table.length, 8_000);
});

test('an imported table grows as the instruction says, and fails to grow by very much at once', async (t) => {
  const bytes = new Uint8Array(
    await parse(`(module (import "m" "t" (table $t 0 60000 funcref)) (func $f) (elem declare func $f)
    (func (export "grow") (param i32) (result i32) (table.grow $t (ref.func $f) (local.get 0))))`),
  );
  for (const way of WAYS) {
    const table = new WebAssembly.Table({ element: 'anyfunc', initial: 10, maximum: 20_000 });
    const { exports } = instantiate(bytes, way, { m: { t: table } });
    const grow = exports['grow'] as (by: number) => number;
    const fails = way !== 'as it is';
    t.is(grow(MOST_IMPORTED_GROWTH), 10, way);
    const size = table.length;
    t.is(size, 10 + MOST_IMPORTED_GROWTH, way);
    t.is(grow(0), size, way);
    t.is(grow(MOST_IMPORTED_GROWTH + 1), fails ? -1 : size, way);
    t.is(table.length, fails ? size : size + MOST_IMPORTED_GROWTH + 1, way);
    t.is(grow(20_000 - table.length + 1), -1, way);
    t.is(grow(-1), -1, way);
  }
});

test('fuel pays for a range by its length', async (t) => {
  const bytes = new Uint8Array(
    await parse(`(module (memory 32)
    (func (export "fill") (param i32) (memory.fill (i32.const 0) (i32.const 1) (local.get 0))))`),
  );
  const { exports } = instantiate(bytes, 'fuel');
  const fuel = exports['vstar:fuel'] as WebAssembly.Global;
  const used = (length: number): number => {
    fuel.value = 1_000_000_000;
    (exports['fill'] as (length: number) => void)(length);
    return 1_000_000_000 - fuel.value;
  };
  t.is(used(640_000) - used(0), 10_000);
});
