import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { componentize } from 'componentize-qjs';
import fc from 'fast-check';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { promising, suspending } from '#wasm-abi/bind/jspi.ts';
import { camelCase } from '#posiv-wit/generate/emit/names.ts';
import type { FunctionDefinition } from '#posiv-wit/generate/model/model.ts';
import * as direct from './direct-calls.ts';
import { coreAbi, coreFunction, prepare, type Instance } from './component.ts';
import { generateEveryType, type GeneratedPackage } from './every-type.ts';
import { fromJco, toJco } from './jco-values.ts';
import { paramsOf } from './values.ts';

// The guest is JavaScript in QuickJS with bindings of others: whatever it exports it hands on to what it imports.

const ECHO = 'test:every/echo';
const AGAIN = 'test:every/again@1.0.0';

let every: GeneratedPackage;
let definitions: readonly FunctionDefinition[];
let component: Uint8Array;

test.before(async () => {
  every = await generateEveryType();
  definitions = every.source.interfaces.find((each) => each.name === 'echo')?.functions ?? [];
  const methods = definitions.map(({ name }) => camelCase(name));
  const made = await componentize({
    witPath: join(import.meta.dirname, 'every-type.wit'),
    jsSource: `import * as echo from '${ECHO}@1.0.0';
export const again = { ${methods.map((name) => `${name}: (...all) => echo.${name}(...all)`).join(', ')} };`,
    world: 'every',
    sync: true,
    stubWasi: true,
  });
  component = made.component;
});

test.after.always(() => rm(every.folder, { recursive: true }));

type Heard = Map<string, unknown[]>;

// A function that keeps what it was called with and gives it back.
function echoing(heard: Heard, name: string): (...params: unknown[]) => unknown {
  return (...params) => {
    heard.set(name, params);
    return params.length > 1 ? params : params[0];
  };
}

function functionOf(interfaceName: string, name: string): FunctionDescriptor {
  const found = every.functions.find(
    (each) => each.name === `test:every/${interfaceName}@1.0.0#${name}`,
  );
  if (found === undefined) throw new Error(`no function ${name}`);
  return found;
}

async function boundByUs(heard: Heard, late: boolean): Promise<Instance> {
  const asyncImports = late ? definitions.map(({ name }) => `${ECHO}@1.0.0#${name}`) : [];
  const instantiate = await prepare(component, 'hybrid', asyncImports);
  const imports = definitions.map(({ name }) => {
    const host = echoing(heard, name);
    const slow = async (...params: unknown[]): Promise<unknown> => {
      await Promise.resolve();
      return host(...params);
    };
    const lowered = (abi: Parameters<FunctionDescriptor['lower']>[1]): unknown => {
      const core = direct.lowered(functionOf('echo', name), late ? slow : host, abi);
      return late ? suspending(core) : core;
    };
    return [camelCase(name), Object.assign(host, { [Symbol.for('cabiLower')]: lowered })] as const;
  });
  return instantiate({ [ECHO]: Object.fromEntries(imports) });
}

function lifted(
  { cores }: Instance,
  name: string,
  late: boolean,
): (...params: unknown[]) => unknown {
  const core = coreFunction(cores, `${AGAIN}#${name}`);
  if (core === undefined) throw new Error(`the guest does not export ${name}`);
  const post = coreFunction(cores, `cabi_post_${AGAIN}#${name}`);
  const entered = late ? promising(core) : core;
  return direct.lifted(functionOf('again', name), entered as never, coreAbi(cores), post as never);
}

test('a real guest gets and gives every kind of value', async (t) => {
  const heard: Heard = new Map();
  const instance = await boundByUs(heard, false);
  for (const definition of definitions) {
    const call = lifted(instance, definition.name, false);
    fc.assert(
      fc.property(paramsOf(definition), (params) => {
        const result = call(...params);
        t.deepEqual(heard.get(definition.name), params, definition.name);
        t.deepEqual(result, echoing(new Map(), '')(...params), definition.name);
      }),
      { numRuns: 40 },
    );
  }
});

test('a real guest that is suspended in its import gets and gives every kind of value', async (t) => {
  const heard: Heard = new Map();
  const instance = await boundByUs(heard, true);
  for (const definition of definitions) {
    const call = lifted(instance, definition.name, true);
    await fc.assert(
      fc.asyncProperty(paramsOf(definition), async (params) => {
        const result = await call(...params);
        t.deepEqual(heard.get(definition.name), params, definition.name);
        t.deepEqual(result, echoing(new Map(), '')(...params), definition.name);
      }),
      { numRuns: 10 },
    );
  }
});

test('our binding and the glue of jco give the guest and the host the same', async (t) => {
  const [ours, theirs]: Heard[] = [new Map(), new Map()];
  const bound = await boundByUs(ours as Heard, false);
  const instantiate = await prepare(component, 'js');
  const glue = await instantiate({
    [ECHO]: Object.fromEntries(
      definitions.map(({ name }) => [camelCase(name), echoing(theirs as Heard, name)]),
    ),
  });
  const again = (glue.exports['again'] ?? {}) as Record<string, (...params: unknown[]) => unknown>;
  for (const { name, params: types, result: type } of definitions) {
    const [call, same] = [lifted(bound, name, false), again[camelCase(name)]];
    await fc.assert(
      fc.asyncProperty(
        paramsOf({ name, docs: '', since: undefined, params: types, result: type }),
        async (params) => {
          // jco 1.35 drops a byte order mark.
          fc.pre(!JSON.stringify(params).includes('\uFEFF'));
          const result = call(...params);
          const glued = await same?.(
            ...params.map((param, index) => toJco(types[index]?.type, param)),
          );
          t.deepEqual(fromJco(type, glued), result, name);
          const heard = theirs
            ?.get(name)
            ?.map((param, index) => fromJco(types[index]?.type, param));
          t.deepEqual(heard, ours?.get(name), name);
        },
      ),
      { numRuns: 20 },
    );
  }
});
