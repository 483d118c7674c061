import { coreSignature, flatten } from '../layout/flatten.ts';
import { layoutOf, layoutOfParts } from '../layout/layout.ts';
import type { FunctionDefinition } from '../model/model.ts';
import { FlatSink, FlatSource, type Flat } from './flat-value.ts';
import { MemorySink, MemorySource } from './memory-value.ts';
import type { Module } from './module.ts';
import { variableName } from './names.ts';
import { readValue } from './read-value.ts';
import { resultText, typeText } from './type-text.ts';
import { writeValue } from './write-value.ts';

/** Writes the `lift` method: from the core function that a guest exports to the host's function. */
export function emitLift(module: Module, definition: FunctionDefinition): void {
  const { code } = module;
  module.renumber();
  code.block(
    'lift(core, abi, post)',
    () => {
      code.line(
        `const m = ${module.import('#posiv-wit/abi/guest-memory.ts', 'guestMemory')}(abi);`,
      );
      emitFinish(module, definition);
      const params = definition.params.map((_, index) => `a${index}: unknown`);
      code.block(
        `return (${params.join(', ')}) =>`,
        () => {
          code.line(coreSignature(definition).needsMemory ? 'm.enter();' : 'm.checkEntry();');
          const flats = emitParams(module, definition);
          code.line(`const ret: unknown = core(${flats.join(', ')});`);
          const finish = definition.result === undefined ? 'finish()' : 'finish(ret as never)';
          code.line(`return ret instanceof Promise ? ret.then(finish) : ${finish};`);
        },
        ';',
      );
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
    code.line(`const ${variable} = a${index} as ${typeText(module, type)};`);
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

// The result is read out before `post` frees it.
function emitFinish(module: Module, definition: FunctionDefinition): void {
  const { code } = module;
  const { result } = definition;
  if (result === undefined) {
    code.block('const finish = (): void =>', () => code.line('post?.();'), ';');
    return;
  }
  const core = flatten(result)[0] ?? 'i32';
  const inMemory = coreSignature(definition).resultInMemory;
  const flat = inMemory || core !== 'i64' ? 'number' : 'bigint';
  code.block(
    `const finish = (ret: ${flat}): ${resultText(module, definition)} =>`,
    () => {
      if (inMemory) {
        code.line('m.enter();');
        const { size, align } = layoutOf(result);
        code.line(`const at = m.at(ret, ${size}, ${align});`);
      }
      const source = inMemory
        ? new MemorySource(module, result, 'at')
        : new FlatSource(module, result, [{ name: 'ret', core }]);
      code.line(
        `const value: ${resultText(module, definition)} = ${readValue(module, result, source)};`,
      );
      code.line('post?.(ret);');
      code.line('return value;');
    },
    ';',
  );
}
