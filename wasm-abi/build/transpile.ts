import { BuildFailedError } from '../errors.ts';
import { type ImageDescription, inspect } from '../inspect.ts';
import type { CacheEntry } from '../cache-entry.ts';
import type { Preparation, PreparedModule } from '../prepared.ts';
import { glueCode } from './glue.ts';
import { checkTotals } from './totals.ts';
import type { CheckMode } from '../rewrite/checks.ts';
import { rewriteModule } from '../rewrite/rewrite-module.ts';

const GLUE = { source: 'glue.js', compiled: 'glue.code' };
const CORE = 'core.wasm';

/**
 * Turns an image into what a lane can start: inspected, validated, transpiled if it is a component, its core modules
 * rewritten so that they can be interrupted and capped.
 * Runs in a build cell: it takes up to 800 MB, and its input is a tenant's.
 * @throws {build-failed} also everything that `inspect` throws
 */
export async function prepareEntry(
  image: Uint8Array,
  mode: CheckMode,
): Promise<CacheEntry<Preparation>> {
  const description = inspect(image);
  return description.kind === 'component'
    ? prepareComponent(image, description, mode)
    : prepareCore(image, description, mode);
}

function prepareCore(
  image: Uint8Array,
  description: ImageDescription,
  mode: CheckMode,
): CacheEntry<Preparation> {
  const { bytes, ...module } = rewriteModule(new Uint8Array(image), { mode });
  const meta = { description, modules: { [CORE]: module }, instantiations: [CORE] };
  checkTotals(meta);
  return { meta, files: new Map([[CORE, bytes]]) };
}

async function prepareComponent(
  image: Uint8Array,
  description: ImageDescription,
  mode: CheckMode,
): Promise<CacheEntry<Preparation>> {
  const { transpile } = await import('@bytecodealliance/jco');
  const { files } = await transpile(image, {
    name: 'image', // ours, since it becomes part of names in generated code
    instantiation: 'async',
    // Host functions bring their own lowering to the canonical ABI, under Symbol.for('cabiLower').
    importBindings: 'hybrid',
    asyncMode: 'jspi',
    // Adapters between components then use two memories at once, instead of a JavaScript call for each byte.
    multiMemory: true,
    base64Cutoff: 0,
    wasiShim: false,
    nodejsCompat: false,
    noTypescript: true,
    quiet: true,
  }).catch((error: unknown) => {
    throw new BuildFailedError('transpile', error instanceof Error ? error.message : String(error));
  });
  const out = new Map<string, Uint8Array>();
  const modules: Record<string, PreparedModule> = {};
  let source = '';
  for (const [path, bytes] of Object.entries(files)) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.endsWith('.wasm')) {
      const { bytes: rewritten, ...module } = rewriteModule(new Uint8Array(bytes), { mode });
      out.set(name, rewritten);
      modules[name] = module;
    } else if (name === 'image.js') source = new TextDecoder().decode(bytes);
  }
  const glue = glueCode(source);
  out.set(GLUE.source, glue.source).set(GLUE.compiled, glue.compiled);
  const meta = { description, modules, instantiations: instantiations(source), glue: GLUE };
  checkTotals(meta, source.length);
  return { meta, files: out };
}

/**
 * The order in which the generated code makes instances. Only memory is shared out by it, and an instance that departs
 * from it is refused when it starts, so that a name made to look like this code gains nothing.
 */
function instantiations(source: string): string[] {
  const files = new Map<string, string>();
  for (const [, index = '', file = ''] of source.matchAll(
    /const module(\d+) = getCoreModule\('([\w.]+)'\)/g,
  )) {
    files.set(index, file);
  }
  const order = [];
  for (const [, index = ''] of source.matchAll(/instantiateCore\(yield module(\d+)/g))
    order.push(files.get(index) ?? '');
  return order;
}
