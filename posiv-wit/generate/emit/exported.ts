import { coreSignature, flatten, hasPointer } from '../layout/flatten.ts';
import { layoutOf, layoutOfParts } from '../layout/layout.ts';
import type { FunctionDefinition } from '../model/model.ts';
import { FlatSink, FlatSource, type Flat } from './flat-value.ts';
import { MemorySink, MemorySource } from './memory-value.ts';
import type { Module } from './module.ts';
import { variableName } from './names.ts';
import { readValue } from './read-value.ts';
import { RoomSink } from './room-sink.ts';
import { resultText, typeText } from './type-text.ts';
import { writeValue } from './write-value.ts';

/** Writes the `exported` method: what the host does before and after it calls the core function that a guest exports. */
export function emitExported(module: Module, definition: FunctionDefinition): void {
  const { code } = module;
  module.renumber();
  code.block(
    'exported(abi)',
    () => {
      code.line(
        `const m = ${module.import('#posiv-wit/abi/guest-memory.ts', 'guestMemory')}(abi);`,
      );
      code.block(
        'return',
        () => {
          code.line('memory: m,');
          emitAsk(module, definition);
          emitPass(module, definition);
          emitTake(module, definition);
        },
        ';',
      );
    },
    ',',
  );
}

function emitAsk(module: Module, definition: FunctionDefinition): void {
  const { code } = module;
  const { params } = definition;
  const { paramsInMemory } = coreSignature(definition);
  if (!paramsInMemory && !params.some(({ type }) => hasPointer(type)))
    return code.line('ask() {},');
  code.block(
    'ask(params)',
    () => {
      const layout = layoutOfParts(params.map(({ type }) => type));
      if (paramsInMemory) code.line(`m.ask(${layout.size}, ${layout.align});`);
      params.forEach(({ name, type }, index) => {
        if (!hasPointer(type)) return;
        const variable = variableName(name);
        code.line(`const ${variable} = params[${index}] as ${typeText(module, type)};`);
        writeValue(module, type, variable, new RoomSink(module));
      });
    },
    ',',
  );
}

function emitPass(module: Module, definition: FunctionDefinition): void {
  const { code } = module;
  if (definition.params.length === 0) return code.line('pass: () => [],');
  code.block(
    'pass(_, params)',
    () => {
      const flats = emitParams(module, definition);
      code.line(`return [${flats.join(', ')}];`);
    },
    ',',
  );
}

function emitParams(module: Module, definition: FunctionDefinition): string[] {
  const { code } = module;
  const signature = coreSignature(definition);
  const layout = layoutOfParts(definition.params.map((param) => param.type));
  if (signature.paramsInMemory)
    code.line(`const to = m.allocate(${layout.size}, ${layout.align});`);
  const names: string[] = [];
  definition.params.forEach(({ name, type }, index) => {
    const variable = variableName(name);
    code.line(`const ${variable} = params[${index}] as ${typeText(module, type)};`);
    if (signature.paramsInMemory) {
      writeValue(
        module,
        type,
        variable,
        new MemorySink(module, type, 'to', layout.offsets[index] ?? 0),
      );
      return;
    }
    const flats = flatten(type).map((core, at): Flat => ({ name: `p${names.length + at}`, core }));
    names.push(...flats.map((flat) => flat.name));
    writeValue(module, type, variable, new FlatSink(module, type, flats));
  });
  return signature.paramsInMemory ? ['to'] : names;
}

function emitTake(module: Module, definition: FunctionDefinition): void {
  const { code } = module;
  const { result } = definition;
  if (result === undefined) return code.line('take() {},');
  const core = flatten(result)[0] ?? 'i32';
  const inMemory = coreSignature(definition).resultInMemory;
  const flat = inMemory || core !== 'i64' ? 'number' : 'bigint';
  code.block(
    `take(ret: ${flat})`,
    () => {
      if (inMemory) {
        code.line('m.enter();');
        const { size, align } = layoutOf(result);
        code.line(`const at = m.at(ret, ${size}, ${align});`);
      }
      const source = inMemory
        ? new MemorySource(module, result, 'at')
        : new FlatSource(module, result, [{ name: 'ret', core }]);
      const value = readValue(module, result, source);
      code.line(`const value: ${resultText(module, definition)} = ${value};`);
      code.line('return value;');
    },
    ',',
  );
}
