import type { FunctionDefinition, Type } from '#posiv-wit/generate/model/model.ts';
import { coreSignature, flatten } from '#posiv-wit/generate/layout/flatten.ts';
import { AbiReader } from './abi-reader.ts';
import { Refused, type Flat, type Oddity, type Why } from './canonical-abi.ts';
import { GuestImage, type Allocation } from './guest-image.ts';
import { IMAGE_AT } from './raw-guest.ts';

/** One call over the border, as the guest's bytes and the host's value have it. */
export interface BindingCase {
  /** Whether the guest calls the host, or is called. */
  readonly direction: 'import' | 'export';
  /** The guest's memory from `IMAGE_AT` on: what its pointers point at, or are meant to. */
  readonly image: Uint8Array;
  /** The core values that it passes: parameters with the return pointer, or the result. */
  readonly flats: readonly Flat[];
  /** What the host gives: the result of an import, the parameters of an export. */
  readonly host: unknown;
  /** What the guest's `cabi_realloc` gives for everything, if it lies. */
  readonly lie: number | undefined;
  /** Whether ours binds it so that its stack may be suspended, and the host answers later. */
  readonly late: boolean;
}

/** All parameters of a function as one value. */
export function paramsType(definition: FunctionDefinition): Type {
  return { kind: 'tuple', items: definition.params.map(({ type }) => type) };
}

/** What an honest guest passes: the parameters of an import with room for its result, or the result of an export. */
export function honest(
  definition: FunctionDefinition,
  direction: BindingCase['direction'],
  value: unknown,
): Pick<BindingCase, 'image' | 'flats'> {
  const image = new GuestImage(IMAGE_AT);
  const { resultInMemory, paramsInMemory } = coreSignature(definition);
  const { result } = definition;
  const params = paramsType(definition);
  let flats: Flat[] = [];
  if (direction === 'import') {
    flats = paramsInMemory ? [image.put(params, value)] : image.lower(params, value);
    if (resultInMemory && result) flats.push(image.room(result));
  } else if (result)
    flats = resultInMemory ? [image.put(result, value)] : image.lower(result, value);
  return { image: image.finish(), flats };
}

/** What storing the host's value takes of the guest's memory. */
export function allocationsOf(
  definition: FunctionDefinition,
  { direction, host }: BindingCase,
): readonly Allocation[] {
  const image = new GuestImage(0);
  const { resultInMemory, paramsInMemory } = coreSignature(definition);
  if (direction === 'export') {
    if (paramsInMemory) image.put(paramsType(definition), host);
    else image.lower(paramsType(definition), host);
    return image.allocations;
  }
  if (!definition.result) return [];
  // An import's result is stored where the guest says.
  if (!resultInMemory) image.lower(definition.result, host);
  else image.put(definition.result, host);
  return image.allocations.slice(resultInMemory ? 1 : 0);
}

/** What some bytes and core values mean, or why they mean nothing. */
export type Meaning =
  | { readonly value: unknown; readonly oddities: ReadonlySet<Oddity> }
  | { readonly refused: Why };

export function meaning(read: (reader: AbiReader) => unknown, memory: Uint8Array): Meaning {
  const reader = new AbiReader(memory);
  try {
    const value = read(reader);
    return { value, oddities: reader.oddities };
  } catch (error) {
    if (error instanceof Refused) return { refused: error.why };
    throw error;
  }
}

/** The parameters that core values stand for. */
export function readParams(
  definition: FunctionDefinition,
  flats: readonly Flat[],
): (reader: AbiReader) => unknown {
  const type = paramsType(definition);
  const [pointer = 0] = flats;
  return (reader) =>
    coreSignature(definition).paramsInMemory
      ? reader.loadAt(type, pointer)
      : reader.lift(type, flats.slice(0, flatten(type).length));
}

/** The result that a core value stands for. */
export function readResult(
  { result, ...rest }: FunctionDefinition,
  flat: Flat | undefined,
): (reader: AbiReader) => unknown {
  return (reader) => {
    if (!result) return undefined;
    return coreSignature({ ...rest, result }).resultInMemory
      ? reader.loadAt(result, flat ?? 0)
      : reader.lift(result, [flat ?? 0]);
  };
}
