import test from 'ava';
import { GlueWatch } from '#wasm-abi/bind/glue-watch.ts';
import { suspending } from '#wasm-abi/bind/jspi.ts';

/** A function of wasm. */
const SEVEN = new WebAssembly.Instance(
  new WebAssembly.Module(
    // prettier-ignore
    Uint8Array.of(
      0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0,
      7, 5, 1, 1, 0x66, 0, 0, 10, 6, 1, 4, 0, 0x41, 7, 0x0b,
    ),
  ),
).exports['f'] as () => number;

function given(watch: GlueWatch, value: WebAssembly.ImportValue): WebAssembly.ImportValue {
  return watch.watched({ a: { b: value } })['a']!['b']!;
}

test('an unknown function does what it did, and it is known that it was called', (t) => {
  const watch = new GlueWatch([]);
  const sum = given(watch, (...all: number[]) => all.reduce((one, two) => one + two, 0));
  t.false(watch.touched);
  t.is((sum as (...all: number[]) => number)(1, 2, 3), 6);
  t.true(watch.touched);
});

test('known functions, numbers and globals are given as they are', (t) => {
  const watch = new GlueWatch([]);
  const known = () => 1;
  const global = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);
  watch.know([known, SEVEN, undefined, 3]);
  for (const each of [known, SEVEN, global, 5]) t.is(given(watch, each), each);
  t.false(watch.touched);
});

test('what may suspend the stack stays what it is, and counts as called', (t) => {
  for (const each of [SEVEN, suspending(() => Promise.resolve())]) {
    const watch = new GlueWatch([]);
    t.is(given(watch, each), each);
    t.true(watch.touched);
  }
});

test('a memory or table that nothing is known of counts as changed', (t) => {
  for (const each of [
    new WebAssembly.Memory({ initial: 0 }),
    new WebAssembly.Table({ element: 'anyfunc', initial: 0 }),
  ]) {
    const watch = new GlueWatch([]);
    t.is(given(watch, each), each);
    t.true(watch.touched);
  }
});

test('no name of an import gets at more than itself', (t) => {
  const watch = new GlueWatch([]);
  const imports = JSON.parse('{"__proto__": {"__proto__": 3}}') as WebAssembly.Imports;
  t.is(JSON.stringify(watch.watched(imports)), '{"__proto__":{"__proto__":3}}');
});
