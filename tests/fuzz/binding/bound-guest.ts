import type { CoreAbi } from '#posiv-wit/function-descriptor.ts';
import { camelCase } from '#posiv-wit/generate/emit/names.ts';
import { plain, type FunctionDefinition } from '#posiv-wit/generate/model/model.ts';
import { AskingImports } from '#wasm-abi/bind/asking-imports.ts';
import { promising, suspending } from '#wasm-abi/bind/jspi.ts';
import { onStack } from '#wasm-abi/bind/stacks.ts';
import { fromJco, toJco } from '../../posiv-wit/jco-values.ts';
import { goName } from './raw-guest.ts';
import type { Subject } from './subject.ts';

/** Answers the imports; values are as our generated TypeScript has them. */
export type Host = (definition: FunctionDefinition, params: readonly unknown[]) => unknown;

type AnyFunction = (...params: unknown[]) => unknown;

const NOBODY = { entered() {}, left() {} };

/** A new instance of a subject's guest. */
export interface BoundGuest {
  readonly exports: WebAssembly.Exports;
  /** Has the guest call its import with what lies in its memory. */
  go(definition: FunctionDefinition): Promise<void>;
  /** Calls the guest's export. */
  call(definition: FunctionDefinition, params: readonly unknown[]): unknown;
}

/** Bound by the functions that are generated from the WIT, as a core image in a lane is. */
export function bindOurs(subject: Subject, host: Host, late: boolean): BoundGuest {
  const { source, descriptor, core, frees = true } = subject;
  const abi: { -readonly [Key in keyof CoreAbi]?: CoreAbi[Key] } = {};
  const imports: WebAssembly.ModuleImports = {};
  for (const definition of source.functions) {
    const answer: AnyFunction = late
      ? async (...params) => {
          await Promise.resolve();
          return host(definition, params);
        }
      : (...params) => host(definition, params);
    const lowered = descriptor(definition).lower(answer, abi as CoreAbi);
    imports[definition.name] = late ? suspending(lowered) : lowered;
  }
  const asks = source.functions.map(descriptor).filter((each) => each.asks);
  const asking = new AskingImports(
    asks.map(({ name, coreParams }) => ({ name: methodOf(name), params: [...coreParams, 'i32'] })),
  );
  const linked = asking.link(abi as CoreAbi, (name) => imports[name]!);
  const { exports } = new WebAssembly.Instance(core, {
    [source.id]: { ...imports, ...linked.exports },
  });
  Object.assign(abi, { memory: exports['memory'], realloc: exports['cabi_realloc'] });
  linked.allocator.set(0, exports['cabi_realloc']);
  return {
    exports,
    async go(definition) {
      const entry = exports[goName(definition)] as AnyFunction;
      await (late ? promising(entry) : entry)();
    },
    call(definition, params) {
      const name = `${source.id}#${definition.name}`;
      const { coreParams, coreResult, exported } = descriptor(definition);
      const callee = {
        core: exports[name] as AnyFunction,
        realloc: exports['cabi_realloc'] as AnyFunction,
        post: frees ? (exports[`cabi_post_${name}`] as AnyFunction) : undefined,
        host: exported(abi as CoreAbi),
        occupant: NOBODY,
      };
      return onStack(callee, { params: coreParams, result: coreResult })(params);
    },
  };
}

/** Bound by jco's glue. */
export function bindTheirs(subject: Subject, host: Host): BoundGuest {
  const { source, glue, modules } = subject;
  const [path = ''] = source.id.split('@');
  const imports = source.functions.map((definition) => [
    camelCase(definition.name),
    (...params: unknown[]) =>
      answerOf(definition, host(definition, paramsFrom(definition, params))),
  ]);
  let exports: WebAssembly.Exports = {};
  const made = glue(
    (file) => modules.get(file) as WebAssembly.Module,
    { [path]: Object.fromEntries(imports) },
    (module, given) => {
      const instance = new WebAssembly.Instance(module, given);
      if ('cabi_realloc' in instance.exports) ({ exports } = instance);
      return instance;
    },
  );
  return {
    exports,
    go: async (definition) => (made[camelCase(goName(definition))] as () => void)(),
    call(definition, params) {
      const { [source.id]: methods } = made;
      const method = (methods as Record<string, AnyFunction>)[camelCase(definition.name)];
      return resultFrom(definition, () =>
        method?.(...params.map((param, at) => toJco(definition.params[at]?.type, param))),
      );
    },
  };
}

function methodOf(name: string): string {
  return name.slice(name.indexOf('#') + 1);
}

function paramsFrom(definition: FunctionDefinition, params: readonly unknown[]): unknown[] {
  return params.map((param, at) => fromJco(definition.params[at]?.type, param));
}

// A result that a function gives as a whole is returned or thrown by jco.

function answerOf({ result }: FunctionDefinition, value: unknown): unknown {
  const theirs = toJco(result, value);
  if (!result || plain(result).kind !== 'result') return theirs;
  const { tag, val } = theirs as { tag: string; val: unknown };
  if (tag === 'ok') return val;
  throw Object.assign(new Error('the error of a result, as jco takes it'), { payload: val });
}

function resultFrom({ result }: FunctionDefinition, call: () => unknown): unknown {
  if (!result || plain(result).kind !== 'result') return fromJco(result, call());
  try {
    return fromJco(result, { tag: 'ok', val: call() });
  } catch (error) {
    if (!(error instanceof Error) || !('payload' in error)) throw error;
    return fromJco(result, { tag: 'err', val: error.payload });
  }
}
