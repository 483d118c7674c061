import test from 'ava';
import { coreSignature, flatten } from '#posiv-wit/generate/layout/flatten.ts';
import { layoutOf, layoutOfCases, layoutOfParts } from '#posiv-wit/generate/layout/layout.ts';
import type { FunctionDefinition, Type } from '#posiv-wit/generate/model/model.ts';
import { resolvePackages } from '#posiv-wit/generate/model/resolve.ts';
import { parseWit } from '#posiv-wit/generate/syntax/parse.ts';

// The figures follow "Element Size", "Alignment" and "Flattening" of the Canonical ABI.

function typeOf(text: string, declarations = ''): Type {
  const definition = functionOf(`f: func(x: ${text});`, declarations);
  const type = definition.params[0]?.type;
  if (type === undefined) throw new Error('no type');
  return type;
}

function functionOf(text: string, declarations = ''): FunctionDefinition {
  const [source] = resolvePackages([
    parseWit('t.wit', `package a:b; interface i { ${declarations} ${text} }`),
  ]);
  const definition = source?.interfaces[0]?.functions[0];
  if (definition === undefined) throw new Error('no function');
  return definition;
}

function members(count: number): string {
  return `{ ${Array.from({ length: count }, (_, index) => `c${index}`).join(', ')} }`;
}

const RECORD = 'record r { a: u8, b: u64, c: u16, d: string }';
const VARIANT = 'variant v { none, small(u8), big(u64) }';

test('numbers have their own size, strings and lists a pointer and a length', (t) => {
  t.like(layoutOf(typeOf('u8')), { size: 1, align: 1 });
  t.like(layoutOf(typeOf('char')), { size: 4, align: 4 });
  t.like(layoutOf(typeOf('s64')), { size: 8, align: 8 });
  t.like(layoutOf(typeOf('string')), { size: 8, align: 4 });
  t.like(layoutOf(typeOf('list<u64>')), { size: 8, align: 4 });
});

test('fields of a record lie at the next multiple of their alignment', (t) => {
  t.like(layoutOf(typeOf('r', RECORD)), { size: 32, align: 8 });
  t.deepEqual(
    layoutOfParts([typeOf('u8'), typeOf('u64'), typeOf('u16'), typeOf('string')]).offsets,
    [0, 8, 16, 20],
  );
});

test('the payload of a variant lies behind its tag at the widest alignment of all cases', (t) => {
  t.like(layoutOf(typeOf('v', VARIANT)), { size: 16, align: 8 });
  t.is(layoutOfCases([undefined, typeOf('u8'), typeOf('u64')]).payload, 8);
  t.like(layoutOf(typeOf('option<u8>')), { size: 2, align: 1 });
  t.like(layoutOf(typeOf('result')), { size: 1, align: 1 });
  t.like(layoutOf(typeOf('result<u16, string>')), { size: 12, align: 4 });
});

test('a tag takes two bytes from the 257th case on', (t) => {
  t.is(layoutOf(typeOf('e', `enum e ${members(256)}`)).size, 1);
  t.is(layoutOf(typeOf('e', `enum e ${members(257)}`)).size, 2);
});

test('flags take one, two or four bytes', (t) => {
  t.deepEqual(
    [8, 9, 17, 32].map((count) => layoutOf(typeOf('fs', `flags fs ${members(count)}`)).size),
    [1, 2, 4, 4],
  );
});

test('cases that differ in their core types share the wider one', (t) => {
  t.deepEqual(flatten(typeOf('v', VARIANT)), ['i32', 'i64']);
  t.deepEqual(flatten(typeOf('result<f32, u32>')), ['i32', 'i32']);
  t.deepEqual(flatten(typeOf('result<f32, f64>')), ['i32', 'i64']);
  t.deepEqual(flatten(typeOf('result<f64, f64>')), ['i32', 'f64']);
  t.deepEqual(flatten(typeOf('option<string>')), ['i32', 'i32', 'i32']);
});

test('more than 16 core parameters or one core result travel in memory', (t) => {
  const params = (count: number): FunctionDefinition =>
    functionOf(
      `f: func(${Array.from({ length: count }, (_, index) => `p${index}: u32`).join(', ')});`,
    );
  t.false(coreSignature(params(16)).paramsInMemory);
  t.true(coreSignature(params(17)).paramsInMemory);
  t.false(coreSignature(functionOf('f: func() -> u64;')).resultInMemory);
  t.true(coreSignature(functionOf('f: func() -> string;')).resultInMemory);
});
