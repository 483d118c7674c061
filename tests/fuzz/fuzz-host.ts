/** What modules of Binaryen's generator import, and what they told it. */
export interface FuzzHost {
  readonly imports: WebAssembly.Imports;
  readonly log: unknown[];
  /** Gives it the instance, whose exports it may call. */
  attach(exports: WebAssembly.Exports): void;
}

type AnyFunction = (...params: unknown[]) => unknown;

/** The functions of Binaryen's own scripts for fuzzing, as far as they can be had without asynchrony. */
export function fuzzHost(module: WebAssembly.Module): FuzzHost {
  const log: unknown[] = [];
  const tags = WebAssembly as unknown as {
    Tag: new (type: { parameters: string[] }) => object;
    JSTag: object;
  };
  const wasmtag = new tags.Tag({ parameters: ['i32'] });
  let exported: readonly unknown[] = [];
  const note = (value: unknown): void => void log.push(plain(value));
  const call = (target: unknown): void => {
    if (typeof target === 'function') (target as AnyFunction)();
  };
  const caught = (target: unknown): number => {
    try {
      call(target);
      return 0;
    } catch (error) {
      // A trap goes on: no module may see one.
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) throw error;
      return 1;
    }
  };
  const functions: Record<string, unknown> = {
    throw: (which: number) => {
      if (which === 0) throw new Error('thrown');
      throw new (WebAssembly.Exception as unknown as new (tag: object, values: number[]) => Error)(
        wasmtag,
        [which],
      );
    },
    'call-export': (index: number) => call(exported[index % Math.max(1, exported.length)]),
    'call-export-catch': (index: number) => caught(exported[index % Math.max(1, exported.length)]),
    'call-ref': call,
    'call-ref-catch': caught,
    'table-get': () => null,
    'table-set': () => undefined,
    sleep: (_ms: number, id: number) => id,
    wasmtag,
    jstag: tags.JSTag,
  };
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const value = functions[name] ?? (kind === 'function' ? note : undefined);
    (imports[from] ??= {})[name] = (
      kind === 'global' ? 'a value of the host' : value
    ) as WebAssembly.ImportValue;
  }
  return {
    imports,
    log,
    attach: (exports) => {
      exported = Object.entries(exports).flatMap(([name, value]) =>
        name.startsWith('vstar:') ? [] : [value],
      );
    },
  };
}

/** A value as it can be compared. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'number' && Number.isNaN(value)) return 'NaN';
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return 'an object';
  return value;
}
