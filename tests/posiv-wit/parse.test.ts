import test from 'ava';
import { witFunction } from '#posiv-wit/generate/reference/wit-text.ts';
import { resolvePackages } from '#posiv-wit/generate/model/resolve.ts';
import type { Package } from '#posiv-wit/generate/model/model.ts';
import { parseWit } from '#posiv-wit/generate/syntax/parse.ts';

function resolve(...texts: string[]): Package[] {
  return resolvePackages(texts.map((text, index) => parseWit(`f${index}.wit`, text)));
}

function mistake(title: string, text: string, message: string): void {
  test(`a mistake is told with file, line and column: ${title}`, (t) => {
    const error = t.throws(() => resolve(text), { code: 'wit-error' });
    t.is(error?.message, message);
  });
}

mistake(
  'a sign that is missing',
  'package a:b;\ninterface i {\n  f: func(x u8);\n}',
  'f0.wit:3:13: expected `:`, found `u8`',
);
mistake(
  'a text that ends too early',
  'package a:b;\ninterface i {',
  'f0.wit:2:14: expected a type or a function, found the end of the text',
);
mistake('a character of no token', 'package a:b;\n  $', 'f0.wit:2:3: unexpected character "$"');
mistake(
  'an unknown type',
  'package a:b;\ninterface i {\n  f: func() -> nope;\n}',
  'f0.wit:3:16: no type `nope` in `i`',
);
mistake(
  'an unknown interface',
  'package a:b;\ninterface i {\n  use j.{x};\n}',
  'f0.wit:3:7: no interface `j` in a:b',
);
mistake(
  'an unknown package',
  'package a:b;\nworld w {\n  import c:d/e;\n}',
  'f0.wit:3:10: unknown package `c:d`',
);
mistake(
  'a name that is taken',
  'package a:b;\ninterface i {\n  type x = u8;\n  x: func();\n}',
  'f0.wit:4:3: `x` is defined twice in `i`',
);
mistake(
  'a type that is part of itself',
  'package a:b;\ninterface i {\n  record r { next: option<r> }\n}',
  'f0.wit:3:27: `r` is part of itself',
);
mistake(
  'a keyword as a name',
  'package a:b;\ninterface i {\n  list: func();\n}',
  'f0.wit:3:3: `list` is a keyword: write `%list`',
);
mistake(
  'what is not supported',
  'package a:b;\ninterface i {\n  resource r;\n}',
  'f0.wit:3:3: `resource` is not supported',
);
mistake(
  'a world that includes itself',
  'package a:b;\nworld w {\n  include w;\n}',
  'f0.wit:2:1: world `w` includes itself',
);
mistake('a comment without an end', 'package a:b;\n/* /* */', 'f0.wit:2:1: comment without an end');

test('a package may be spread over files and name what comes later', (t) => {
  const [source] = resolve(
    'package a:b@1.0.0; interface one { use two.{x as y}; f: func(p: y) -> list<y>; }',
    'package a:b@1.0.0; interface two { type x = tuple<u8, string>; }',
  );
  t.is(source?.id, 'a:b@1.0.0');
  const definition = source?.interfaces[0]?.functions[0];
  t.is(definition && witFunction(definition), 'f: func(p: x) -> list<x>');
});

test('nested packages are packages of their own', (t) => {
  const packages = resolve(
    'package a:b; world w { import c:d/e@0.1.0; } package c:d@0.1.0 { interface e { f: func(); } }',
  );
  t.deepEqual(
    packages.map((each) => each.id),
    ['a:b', 'c:d@0.1.0'],
  );
  t.deepEqual(packages[0]?.worlds[0]?.imports, ['c:d/e@0.1.0']);
});

test('a world has what it includes, and functions and interfaces of its own', (t) => {
  const [source] = resolve(`package a:b;
    interface i {}
    world base { import i; export run: func(); }
    world w { include base; import mine: interface { f: func(); } export i; }`);
  const world = source?.worlds[1];
  t.deepEqual(world?.imports, ['a:b/i', 'mine: interface']);
  t.deepEqual(world?.exports, ['run: func', 'a:b/i']);
});

test('docs and gates belong to the item that follows', (t) => {
  const [source] = resolve(`package a:b;
    /// First line.
    ///
    /// Third line.
    @since(version = 0.1.0)
    interface i {
      /** Of the enum. */
      enum e {
        /// Of the case.
        one,
      }
      // Not of the function.
      f: func();
    }`);
  const [one] = source?.interfaces ?? [];
  t.is(one?.docs, 'First line.\n\nThird line.');
  t.is(one?.since, '0.1.0');
  const [definition] = one?.types ?? [];
  t.is(definition?.docs, 'Of the enum.');
  t.is(
    definition?.body.kind === 'enum' ? definition.body.cases[0]?.docs : undefined,
    'Of the case.',
  );
  t.is(one?.functions[0]?.docs, '');
});

test('a name that is escaped may be a keyword', (t) => {
  const [source] = resolve(
    'package a:b; interface %list { type %string = u8; %map: func(%use: %string); }',
  );
  t.is(source?.interfaces[0]?.id, 'a:b/list');
  t.is(source?.interfaces[0]?.functions[0]?.params[0]?.name, 'use');
});
