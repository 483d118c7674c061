import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import fc from 'fast-check';
import { MEMORY_CHUNK, TABLE_CHUNK } from '#wasm-abi/rewrite/bulk-helper.ts';
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

test('a long operation is checked between its parts, and a short one is left as it is', async (t) => {
  const bytes = new Uint8Array(
    await parse(`(module (memory 32)
    (func (export "long") (memory.fill (i32.const 0) (i32.const 1) (i32.const 2000000)))
    (func (export "short") (memory.fill (i32.const 0) (i32.const 1) (i32.const 200000))))`),
  );
  const preemption = new Scripted([GO_ON]);
  const { exports } = instantiate(bytes, 'epoch', {}, preemption);
  (exports['short'] as () => void)();
  t.is(preemption.ticks, 0);
  (exports['long'] as () => void)();
  t.is(preemption.ticks, Math.floor(2_000_000 / MEMORY_CHUNK));
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
