import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco';
import { coreSignature, type CoreType } from '#posiv-wit/generate/layout/flatten.ts';
import type { FunctionDefinition, Interface } from '#posiv-wit/generate/model/model.ts';

// A guest without a will of its own: it passes on what the host wrote into its memory and globals, right or wrong.

/** In its memory: the core values of the parameters that it passes or was passed, 8 bytes each. */
export const PARAMS_AT = 16;
/** The core value that it gives, or was given, as the result. */
export const RESULT_AT = 200;
/** What is below belongs to the guest itself. */
export const IMAGE_AT = 256;

/** Its globals. */
export const GLOBALS = {
  /** Where `cabi_realloc` finds room next; memory grows as it must. */
  next: 'fuzz:next',
  /** What `cabi_realloc` gives instead, if it is not -1. */
  lie: 'fuzz:lie',
  /** How often a `cabi_post_` function was called with the right result. */
  posts: 'fuzz:posts',
} as const;

/** The name of the export that calls the import. */
export function goName(definition: FunctionDefinition): string {
  return `go-${definition.name}`;
}

/**
 * A component that imports an interface and exports it too, and its core module.
 * @param bundle gives the text of a WIT package with everything that it names, of the text of a world `guest`
 */
export async function rawGuest(
  source: Interface,
  bundle: (world: string) => string,
): Promise<{ component: Uint8Array; core: Uint8Array<ArrayBuffer> }> {
  const core = new Uint8Array(await parse(coreText(source)));
  const goes = source.functions.map((each) => `  export ${goName(each)}: func();\n`).join('');
  const path = source.id.replace('/', '/%'); // its name may be a word of WIT
  const witSource = bundle(`world guest {\n  import ${path};\n  export ${path};\n${goes}}\n`);
  const embedded = await componentEmbed({ binary: core, witSource, world: 'guest' });
  return { component: await componentNew(embedded, []), core };
}

function coreText(source: Interface): string {
  const imports = source.functions.map((each, index) => {
    const { params, results } = importType(each);
    return `(import "${source.id}" "${each.name}" (func $import${index} ${type(params, results)}))`;
  });
  const functions = source.functions.flatMap((each, index) => [
    go(each, index),
    exported(`${source.id}#${each.name}`, each),
  ]);
  return `(module
${imports.join('\n')}
(memory (export "memory") 1)
(global $next (export "${GLOBALS.next}") (mut i32) (i32.const ${IMAGE_AT}))
(global $lie (export "${GLOBALS.lie}") (mut i32) (i32.const -1))
(global $posts (export "${GLOBALS.posts}") (mut i32) (i32.const 0))
(func (export "cabi_realloc") (param $old i32) (param $oldSize i32) (param $align i32) (param $size i32) (result i32)
  (local $at i32) (local $pages i32)
  (if (i32.ne (global.get $lie) (i32.const -1)) (then (return (global.get $lie))))
  (local.set $at (i32.and (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
    (i32.sub (i32.const 0) (local.get $align))))
  (global.set $next (i32.add (local.get $at) (local.get $size)))
  (local.set $pages (i32.sub (i32.shr_u (i32.add (global.get $next) (i32.const 65535)) (i32.const 16)) (memory.size)))
  (if (i32.gt_s (local.get $pages) (i32.const 0)) (then
    (if (i32.lt_s (memory.grow (local.get $pages)) (i32.const 0)) (then unreachable))))
  (local.get $at))
${functions.join('\n')})`;
}

function go(definition: FunctionDefinition, index: number): string {
  const { params, results } = importType(definition);
  const given = params.map(
    (core, at) => `(${core}.load offset=${PARAMS_AT + 8 * at} (i32.const 0))`,
  );
  const call = `(call $import${index} ${given.join(' ')})`;
  const [core] = results;
  const body =
    core === undefined ? call : `(${core}.store offset=${RESULT_AT} (i32.const 0) ${call})`;
  return `(func (export "${goName(definition)}") ${body})`;
}

function exported(name: string, definition: FunctionDefinition): string {
  const { params, results } = exportType(definition);
  const kept = params.map(
    (core, at) => `(${core}.store offset=${PARAMS_AT + 8 * at} (i32.const 0) (local.get ${at}))`,
  );
  const [core] = results;
  const load = core === undefined ? '' : `(${core}.load offset=${RESULT_AT} (i32.const 0))`;
  return `(func (export "${name}") ${type(params, results)} ${kept.join(' ')} ${load})
(func (export "cabi_post_${name}") ${type(results, [])} ${posted(core)})`;
}

// Bits are compared, since a number may be none (NaN).
function posted(core: CoreType | undefined): string {
  const count = '(global.set $posts (i32.add (global.get $posts) (i32.const 1)))';
  if (core === undefined) return count;
  const long = core.endsWith('64') ? 'i64' : 'i32';
  const bits = core.startsWith('f')
    ? `(${long}.reinterpret_${core} (local.get 0))`
    : '(local.get 0)';
  return `(if (${long}.eq ${bits} (${long}.load offset=${RESULT_AT} (i32.const 0))) (then ${count}))`;
}

function importType(definition: FunctionDefinition): { params: CoreType[]; results: CoreType[] } {
  const signature = coreSignature(definition);
  const params = coreParams(definition);
  if (signature.resultInMemory) return { params: [...params, 'i32'], results: [] };
  return { params, results: [...signature.results] };
}

function exportType(definition: FunctionDefinition): { params: CoreType[]; results: CoreType[] } {
  const signature = coreSignature(definition);
  const results: CoreType[] = signature.resultInMemory ? ['i32'] : [...signature.results];
  return { params: coreParams(definition), results };
}

/** The core types of what is passed for the parameters, without a return pointer. */
export function coreParams(definition: FunctionDefinition): CoreType[] {
  const { params, paramsInMemory } = coreSignature(definition);
  return paramsInMemory ? ['i32'] : [...params];
}

function type(params: readonly CoreType[], results: readonly CoreType[]): string {
  return [
    ...params.map((each) => `(param ${each})`),
    ...results.map((each) => `(result ${each})`),
  ].join(' ');
}
