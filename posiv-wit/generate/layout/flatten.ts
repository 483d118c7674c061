import type { CoreType } from '#posiv-wit/abi/core-abi.ts';
import { plain, type FunctionDefinition, type Type } from '../model/model.ts';
import { casesOf, partsOf } from './layout.ts';

export type { CoreType } from '#posiv-wit/abi/core-abi.ts';

/** Parameters beyond this many core values travel in memory ("Flattening" of the Canonical ABI). */
const MAX_FLAT_PARAMS = 16;

/** Results beyond this many core values travel in memory. */
const MAX_FLAT_RESULTS = 1;

/** The core values that stand for a value outside memory. */
export function flatten(type: Type): CoreType[] {
  const bare = plain(type);
  if (bare.kind === 'primitive') {
    if (bare.primitive === 'string') return ['i32', 'i32'];
    if (bare.primitive === 'u64' || bare.primitive === 's64') return ['i64'];
    return [bare.primitive === 'f32' || bare.primitive === 'f64' ? bare.primitive : 'i32'];
  }
  if (bare.kind === 'list') return ['i32', 'i32'];
  if (bare.kind === 'named' && bare.body.kind === 'flags') return ['i32'];
  const cases = casesOf(type);
  if (cases === undefined) return (partsOf(type) ?? []).flatMap(flatten);
  const joined: CoreType[] = [];
  for (const each of cases) {
    if (each === undefined) continue;
    flatten(each).forEach((core, index) => {
      joined[index] = join(joined[index] ?? core, core);
    });
  }
  return ['i32', ...joined];
}

function join(one: CoreType, other: CoreType): CoreType {
  if (one === other) return one;
  if ((one === 'i32' && other === 'f32') || (one === 'f32' && other === 'i32')) return 'i32';
  return 'i64';
}

/** Whether a value of the type reaches into memory even where its core values do not. */
export function hasPointer(type: Type): boolean {
  const bare = plain(type);
  if (bare.kind === 'list') return true;
  if (bare.kind === 'primitive') return bare.primitive === 'string';
  return [...(partsOf(type) ?? casesOf(type) ?? [])].some(
    (each) => each !== undefined && hasPointer(each),
  );
}

/** How a function looks to core wasm. */
export interface CoreSignature {
  readonly params: readonly CoreType[];
  /** All parameters lie in memory, behind the only parameter. */
  readonly paramsInMemory: boolean;
  readonly results: readonly CoreType[];
  /** The result lies in memory: an import is given where to, an export says where. */
  readonly resultInMemory: boolean;
  /** It can be called only with a memory; instances may have none for those that need none. */
  readonly needsMemory: boolean;
  /** Storing the result may take room that the caller has to give. */
  readonly resultAsks: boolean;
}

export function coreSignature(definition: FunctionDefinition): CoreSignature {
  const params = definition.params.flatMap((param) => flatten(param.type));
  const results = definition.result === undefined ? [] : flatten(definition.result);
  const paramsInMemory = params.length > MAX_FLAT_PARAMS;
  const resultInMemory = results.length > MAX_FLAT_RESULTS;
  const pointers = definition.params.some((param) => hasPointer(param.type));
  return {
    params,
    paramsInMemory,
    results,
    resultInMemory,
    needsMemory: paramsInMemory || resultInMemory || pointers,
    resultAsks: definition.result !== undefined && resultInMemory && hasPointer(definition.result),
  };
}
