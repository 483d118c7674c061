import {
  plain,
  type FunctionDefinition,
  type Interface,
  type Package,
  type Type,
  type TypeDefinition,
} from '../model/model.ts';
import { coreSignature, type CoreType, hasPointer } from '../layout/flatten.ts';
import { CodecSink, CodecSource } from './codec-value.ts';
import { emitExported } from './exported.ts';
import { emitLower } from './lower.ts';
import { MemorySink, MemorySource } from './memory-value.ts';
import { Module } from './module.ts';
import { camelCase, pascalCase, variableName } from './names.ts';
import { readBody, readValue, returnCases } from './read-value.ts';
import { RoomSink } from './room-sink.ts';
import { methodName, resultText, typeText } from './type-text.ts';
import { writeBody, writeValue } from './write-value.ts';

const MEMORY = '#posiv-wit/abi/guest-memory.ts';

/** The file of the descriptors of a package's functions, and of what they need to reach its types in memory. */
export function emitFunctions(source: Package, passed: ReadonlySet<TypeDefinition>): string {
  const module = new Module(source.name, 'generated/functions');
  for (const each of source.interfaces) {
    for (const definition of each.types) if (passed.has(definition)) emitMemory(module, definition);
  }
  for (const each of source.interfaces)
    for (const definition of each.functions) emitDescriptor(module, each, definition);
  const names = source.interfaces.flatMap((each) =>
    each.functions.map((definition) => descriptorName(each, definition)),
  );
  const type = module.import('#posiv-wit/function-descriptor.ts', 'type FunctionDescriptor');
  module.code.line(
    `export const FUNCTIONS: readonly ${type}[] = [\n${names.map((name) => `  ${name},\n`).join('')}];`,
  );
  return String(module);
}

/** Every type that some function takes or gives, with the types inside of it. */
export function passedTypes(packages: readonly Package[]): Set<TypeDefinition> {
  const passed = new Set<TypeDefinition>();
  const visit = (type: Type | undefined): void => {
    if (type === undefined) return;
    const bare = plain(type);
    if (bare.kind === 'list' || bare.kind === 'option') visit(bare.of);
    else if (bare.kind === 'tuple') bare.items.forEach(visit);
    else if (bare.kind === 'result') [bare.ok, bare.error].forEach(visit);
    else if (bare.kind === 'named' && !passed.has(bare.definition)) {
      passed.add(bare.definition);
      if (bare.body.kind === 'record') bare.body.fields.forEach((field) => visit(field.type));
      else if (bare.body.kind !== 'flags') bare.body.cases.forEach((each) => visit(each.type));
    }
  };
  for (const each of packages.flatMap((source) => source.interfaces)) {
    for (const definition of each.functions)
      [...definition.params.map((param) => param.type), definition.result].forEach(visit);
  }
  return passed;
}

function descriptorName(source: Interface, definition: FunctionDefinition): string {
  return `${camelCase(source.name)}${pascalCase(definition.name)}`;
}

function emitMemory(module: Module, definition: TypeDefinition): void {
  if (definition.body.kind === 'enum') return;
  const { code } = module;
  const type: Type = { kind: 'named', definition };
  const name = pascalCase(definition.name);
  const text = module.typeName(definition);
  const memory = module.import(MEMORY, 'type GuestMemory');
  module.renumber();
  code.block(`export function load${name}(m: ${memory}, at: number): ${text}`, () => {
    const source = new MemorySource(module, type, 'at');
    if (definition.body.kind === 'variant') returnCases(module, type, source);
    else code.line(`return ${readBody(module, type, source)};`);
  });
  code.line();
  module.renumber();
  code.block(`export function store${name}(m: ${memory}, at: number, v: ${text}): void`, () => {
    writeBody(module, type, 'v', new MemorySink(module, type, 'at'));
  });
  code.line();
  if (!hasPointer(type)) return;
  module.renumber();
  code.block(`export function ask${name}(m: ${memory}, v: ${text}): void`, () => {
    writeBody(module, type, 'v', new RoomSink(module));
  });
  code.line();
}

function emitDescriptor(module: Module, source: Interface, definition: FunctionDefinition): void {
  const { code } = module;
  const descriptor = module.import('#posiv-wit/function-descriptor.ts', 'type FunctionDescriptor');
  code.block(
    `const ${descriptorName(source, definition)}: ${descriptor} =`,
    () => {
      code.line(`name: '${source.id}#${definition.name}',`);
      code.line(`interface: '${source.id}',`);
      code.line(`method: '${methodName(definition.name)}',`);
      code.line(`paramCount: ${definition.params.length},`);
      emitSignature(module, definition);
      emitParamCodecs(module, definition);
      emitResultCodecs(module, definition);
      emitLower(module, definition);
      emitExported(module, definition);
    },
    ';',
  );
  code.line();
}

function listed(types: readonly CoreType[]): string {
  return types.map((each) => `'${each}'`).join(', ');
}

function emitSignature({ code }: Module, definition: FunctionDefinition): void {
  const { params, paramsInMemory, results, resultInMemory, resultAsks } = coreSignature(definition);
  const taken: readonly CoreType[] = paramsInMemory ? ['i32'] : params;
  const given: readonly CoreType[] = resultInMemory ? ['i32'] : results;
  code.line(`coreParams: [${listed(taken)}],`);
  code.line(`coreResult: ${listed(given) || 'undefined'},`);
  code.line(`asks: ${resultAsks},`);
}

function emitParamCodecs(module: Module, definition: FunctionDefinition): void {
  const { code } = module;
  const names = definition.params.map((param) => variableName(param.name));
  module.renumber();
  code.block(
    names.length === 0 ? 'writeParams()' : 'writeParams(w, params)',
    () => {
      definition.params.forEach((param, index) => {
        code.line(`const ${names[index]} = params[${index}] as ${typeText(module, param.type)};`);
        writeValue(module, param.type, names[index] ?? '', new CodecSink(module));
      });
    },
    ',',
  );
  module.renumber();
  code.block(
    names.length === 0 ? 'readParams()' : 'readParams(r)',
    () => {
      definition.params.forEach((param, index) => {
        code.line(
          `const ${names[index]} = ${readValue(module, param.type, new CodecSource(module))};`,
        );
      });
      code.line(`return [${names.join(', ')}];`);
    },
    ',',
  );
}

function emitResultCodecs(module: Module, definition: FunctionDefinition): void {
  const { code } = module;
  const type = definition.result;
  if (type === undefined) {
    code.line('writeResult() {},\nreadResult() {},');
    return;
  }
  module.renumber();
  code.block(
    'writeResult(w, result)',
    () => {
      code.line(`const value = result as ${resultText(module, definition)};`);
      writeValue(module, type, 'value', new CodecSink(module));
    },
    ',',
  );
  module.renumber();
  code.block(
    'readResult(r)',
    () => code.line(`return ${readValue(module, type, new CodecSource(module))};`),
    ',',
  );
}
