import type { Interface, Package, Type, TypeDefinition } from '../model/model.ts';
import { CodecSink, CodecSource } from './codec-value.ts';
import { Module } from './module.ts';
import { camelCase, pascalCase, upperCase } from './names.ts';
import { readBody, returnCases } from './read-value.ts';
import { methodName, paramsText, resultText, typeText } from './type-text.ts';
import { writeBody } from './write-value.ts';

// Names that the generated files use for something else.
const BUILT_IN: ReadonlySet<string> = new Set([
  'ValueReader',
  'ValueWriter',
  'Result',
  'Awaitable',
  'Uint8Array',
  'Promise',
]);

/** A file of types, of functions as methods, and of the codecs of the types: of a package, or of some of its interfaces. */
export function emitTypes(source: Package, interfaces = source.interfaces): string {
  const module = new Module(source.name, 'generated');
  const own = new Set<string>();
  const claim = (name: string): void => {
    if (own.has(name) || BUILT_IN.has(name))
      throw new Error(`${source.id}: two things are called ${name}`);
    own.add(name);
  };
  for (const each of interfaces) {
    for (const definition of each.types) {
      claim(pascalCase(definition.name));
      emitDeclaration(module, definition);
      emitCodec(module, definition);
    }
    if (each.functions.length > 0) {
      claim(`${pascalCase(each.name)}Calls`);
      emitCalls(module, each);
    }
  }
  const clash = module.importedNames().find((name) => own.has(name));
  if (clash !== undefined)
    throw new Error(`${source.id}: ${clash} is taken from another package too`);
  return String(module);
}

function emitDeclaration(module: Module, definition: TypeDefinition): void {
  const { code } = module;
  const name = pascalCase(definition.name);
  const { body } = definition;
  code.docs(definition.docs);
  if (body.kind === 'alias') code.line(`export type ${name} = ${typeText(module, body.of)};`);
  else if (body.kind === 'record') {
    code.block(`export interface ${name}`, () => {
      for (const field of body.fields) {
        code.docs(field.docs);
        code.line(`readonly ${camelCase(field.name)}: ${typeText(module, field.type)};`);
      }
    });
  } else if (body.kind === 'flags') {
    code.block(`export interface ${name}`, () => {
      for (const flag of body.flags) {
        code.docs(flag.docs);
        code.line(`readonly ${camelCase(flag.name)}: boolean;`);
      }
    });
  } else {
    code.line(`export type ${name} =`);
    code.indented(() => {
      body.cases.forEach((each, index) => {
        code.docs(each.docs);
        const end = index === body.cases.length - 1 ? ';' : '';
        const value =
          each.type === undefined ? '' : `; readonly val: ${typeText(module, each.type)}`;
        code.line(
          `| ${body.kind === 'enum' ? `'${each.name}'` : `{ readonly tag: '${each.name}'${value} }`}${end}`,
        );
      });
    });
  }
  code.line();
}

function emitCodec(module: Module, definition: TypeDefinition): void {
  const { body } = definition;
  if (body.kind === 'alias') return;
  const { code } = module;
  const name = pascalCase(definition.name);
  const type: Type = { kind: 'named', definition };
  const writer = module.import('#posiv-wit/codec/writer.ts', 'type Writer as ValueWriter');
  const reader = module.import('#posiv-wit/codec/reader.ts', 'type Reader as ValueReader');
  if (body.kind === 'enum') {
    emitEnumCases(module, definition);
    const [cases, tag] = [
      `${upperCase(definition.name)}_CASES`,
      `${camelCase(definition.name)}Tag`,
    ];
    code.block(`export function write${name}(w: ${writer}, v: ${name}): void`, () => {
      code.line(body.cases.length > 256 ? `w.count(${tag}(v));` : `w.u8(${tag}(v));`);
    });
    code.line();
    code.block(`export function read${name}(r: ${reader}): ${name}`, () => {
      code.line(`return ${cases}[r.tag(${body.cases.length})] as ${name};`);
    });
    code.line();
    return;
  }
  module.renumber();
  code.block(`export function write${name}(w: ${writer}, v: ${name}): void`, () => {
    writeBody(module, type, 'v', new CodecSink(module));
  });
  code.line();
  module.renumber();
  code.block(`export function read${name}(r: ${reader}): ${name}`, () => {
    if (body.kind === 'variant') returnCases(module, type, new CodecSource(module));
    else {
      const value = readBody(module, type, new CodecSource(module));
      code.line(`return ${value};`);
    }
  });
  code.line();
}

function emitEnumCases(module: Module, definition: TypeDefinition): void {
  if (definition.body.kind !== 'enum') return;
  const { cases } = definition.body;
  const { code } = module;
  const name = pascalCase(definition.name);
  code.line(
    `export const ${upperCase(definition.name)}_CASES: readonly ${name}[] = [${cases.map((each) => `'${each.name}'`).join(', ')}];`,
  );
  code.line();
  code.block(`export function ${camelCase(definition.name)}Tag(v: ${name}): number`, () => {
    code.block('switch (v)', () => {
      cases.forEach((each, index) => code.line(`case '${each.name}':\n  return ${index};`));
      code.line(
        `default:\n  return ${module.import('#posiv-wit/codec/errors.ts', 'unknownCase')}('${name}', v satisfies never);`,
      );
    });
  });
  code.line();
}

// `new(...)` would be a construct signature.
function memberText(name: string): string {
  return name === 'new' ? `'new'` : methodName(name);
}

function emitCalls(module: Module, source: Interface): void {
  const { code } = module;
  code.docs(source.docs);
  code.block(`export interface ${pascalCase(source.name)}Calls`, () => {
    source.functions.forEach((each, index) => {
      if (index > 0) code.line();
      code.docs(each.docs);
      const awaitable = module.import('#posiv-wit/result.ts', 'type Awaitable');
      code.line(
        `${memberText(each.name)}(${paramsText(module, each)}): ${awaitable}<${resultText(module, each)}>;`,
      );
    });
  });
  code.line();
}
