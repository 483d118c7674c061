import { cacheDir } from '#cli/folders.ts';
import { ok } from '#posiv-wit/result.ts';
import { type HostBinding, loadProgram, type Program } from '#wasm-abi/load.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';

const COUNT = 2_000;
const INIT = { maxPages: 256, args: [], environment: [] };
const FAMILY = {};

/** A host whose functions do nothing. */
function host(family: object | undefined): HostBinding {
  return {
    ...(family && { family }),
    resolve: ({ method }) => ({
      call: () => (method === 'self' ? '' : ok(undefined)),
      suspends: false,
    }),
    write() {},
  };
}

/** Microseconds for an instance of a core module, by the engine alone, of the module as it is; its imports do nothing. */
export function bareInstance(module: WebAssembly.Module): number {
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module))
    (imports[from] ??= {})[name] = () => 0;
  const start = performance.now();
  for (let made = 0; made < COUNT; made++) void new WebAssembly.Instance(module, imports);
  return each(start);
}

/** Microseconds for an instance of an image as vTasks have them, in this thread. */
export class Instances {
  readonly #program: Program;

  private constructor(program: Program) {
    this.#program = program;
  }

  static async of(image: Uint8Array): Promise<Instances> {
    const { key } = await prepareImage(image, { cacheDir: cacheDir() });
    return new Instances(await loadProgram(cacheDir(), key));
  }

  /** Made new, bound to a host. */
  async fresh(): Promise<number> {
    const own = host(undefined);
    const start = performance.now();
    for (let made = 0; made < COUNT; made++) await this.#program.instantiate(own, INIT);
    return each(start);
  }

  /** Taken from those that have ended, and put back. */
  async recycled(): Promise<number> {
    const own = host(FAMILY);
    (await this.#program.instantiate(own, INIT)).recycle!();
    const start = performance.now();
    for (let made = 0; made < COUNT; made++) this.#program.reuse!(own, INIT)!.recycle!();
    return each(start);
  }
}

function each(start: number): number {
  return ((performance.now() - start) * 1_000) / COUNT;
}
