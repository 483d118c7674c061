import { coreSignature, flatten } from '../layout/flatten.ts';
import { layoutOf, layoutOfParts } from '../layout/layout.ts';
import type { FunctionDefinition } from '../model/model.ts';
import { FlatSink, FlatSource, type Flat } from './flat-value.ts';
import { MemorySink, MemorySource } from './memory-value.ts';
import type { Module } from './module.ts';
import { variableName } from './names.ts';
import { readValue } from './read-value.ts';
import { RoomSink } from './room-sink.ts';
import { resultText } from './type-text.ts';
import { writeValue } from './write-value.ts';

/** Writes the `lower` method: from the host's function to the core function that a guest imports. */
export function emitLower(module: Module, definition: FunctionDefinition): void {
  const { code } = module;
  const signature = coreSignature(definition);
  const flats: Flat[] = signature.paramsInMemory
    ? [{ name: 'p0', core: 'i32' }]
    : signature.params.map((core, index) => ({ name: `p${index}`, core }));
  const params = flats.map((flat) => `${flat.name}: ${flat.core === 'i64' ? 'bigint' : 'number'}`);
  if (signature.resultInMemory) params.push('ret: number');
  module.renumber();
  code.block(
    'lower(host, abi)',
    () => {
      code.line(
        `const m = ${module.import('#posiv-wit/abi/guest-memory.ts', 'guestMemory')}(abi);`,
      );
      emitFinish(module, definition);
      code.block(
        `return (${params.join(', ')}) =>`,
        () => {
          code.line(signature.needsMemory ? 'm.enter();' : 'm.checkEntry();');
          if (signature.resultInMemory && definition.result !== undefined) {
            const { size, align } = layoutOf(definition.result);
            code.line(`const at = m.at(ret, ${size}, ${align});`);
          }
          const names = emitParams(module, definition, flats, signature.paramsInMemory);
          emitCall(module, definition, names);
        },
        ';',
      );
    },
    ',',
  );
}

function emitParams(
  module: Module,
  definition: FunctionDefinition,
  flats: readonly Flat[],
  inMemory: boolean,
): string[] {
  const { code } = module;
  const layout = layoutOfParts(definition.params.map((param) => param.type));
  if (inMemory) code.line(`const from = m.at(p0, ${layout.size}, ${layout.align});`);
  let used = 0;
  return definition.params.map(({ name, type }, index) => {
    const variable = variableName(name);
    const count = flatten(type).length;
    const source = inMemory
      ? new MemorySource(module, type, 'from', layout.offsets[index] ?? 0)
      : new FlatSource(module, type, flats.slice(used, used + count));
    used += count;
    const value = readValue(module, type, source);
    code.line(`const ${variable} = ${value};`);
    return variable;
  });
}

// Storing is a function of its own, since it is done at once or after a promise.
function emitFinish(module: Module, definition: FunctionDefinition): void {
  const { result } = definition;
  if (result === undefined) return;
  const { code } = module;
  const text = resultText(module, definition);
  const { resultInMemory, resultAsks } = coreSignature(definition);
  if (resultInMemory) {
    if (resultAsks)
      code.block(
        `const ask = (value: ${text}): void =>`,
        () => writeValue(module, result, 'value', new RoomSink(module)),
        ';',
      );
    code.block(
      `const finish = (at: number, value: ${text}): void =>`,
      () => {
        if (!resultAsks) code.line('m.refresh();');
        writeValue(module, result, 'value', new MemorySink(module, result, 'at'));
      },
      ';',
    );
    return;
  }
  const core = flatten(result)[0] ?? 'i32';
  code.block(
    `const finish = (value: ${text}): ${core === 'i64' ? 'bigint' : 'number'} =>`,
    () => {
      writeValue(module, result, 'value', new FlatSink(module, result, [{ name: 'flat', core }]));
      code.line('return flat;');
    },
    ';',
  );
}

function emitCall(module: Module, definition: FunctionDefinition, names: readonly string[]): void {
  const { code } = module;
  const call = `host(${names.join(', ')})`;
  if (definition.result === undefined) {
    code.line(`const value = ${call};`);
    code.line('return value instanceof Promise ? m.waits(value) : undefined;');
    return;
  }
  const text = resultText(module, definition);
  const { resultInMemory, resultAsks } = coreSignature(definition);
  const place = resultInMemory ? 'at, ' : '';
  const finish = resultAsks ? 'm.store(ask, finish, ' : 'finish(';
  code.line(`const value = ${call};`);
  code.line(
    `if (value instanceof Promise) return m.waits(value).then((late: ${text}) => ${finish}${place}late));`,
  );
  code.line(`return ${finish}${place}value as ${text});`);
}
