import { coreSignature, type CoreType } from '#posiv-wit/generate/layout/flatten.ts';
import type { FunctionDefinition } from '#posiv-wit/generate/model/model.ts';
import type { BindingCase } from './binding-case.ts';
import type { BoundGuest, Host } from './bound-guest.ts';
import type { Flat } from './canonical-abi.ts';
import { coreParams, GLOBALS, IMAGE_AT, PARAMS_AT, RESULT_AT } from './raw-guest.ts';

const PAGE = 65_536;

export interface Failure {
  readonly trap: boolean;
  readonly text: string;
}

/** What became of a case in one binding. */
export interface Outcome {
  /** What the call ended with, if not with a value. */
  readonly failure: Failure | undefined;
  /** What the host was given. */
  readonly heard: unknown;
  /** The whole memory of the guest in the end. */
  readonly memory: Uint8Array;
  /** What the guest has of the host: parameters, or the result at the place that it gave for it. */
  readonly flats: readonly Flat[];
  readonly posts: number;
}

/** Carries a case out in a new guest. */
export async function runCase(
  bind: (host: Host) => BoundGuest,
  definition: FunctionDefinition,
  test: BindingCase,
): Promise<Outcome> {
  let heard: unknown;
  const guest = bind((_, params) => {
    heard = params;
    return test.host;
  });
  load(guest.exports, definition, test);
  let failure: Failure | undefined;
  try {
    if (test.direction === 'import') await guest.go(definition);
    else heard = await guest.call(definition, test.host as unknown[]);
  } catch (error) {
    failure = {
      trap: error instanceof WebAssembly.RuntimeError,
      text: error instanceof Error ? `${error.name}: ${error.message}` : typeof error,
    };
  }
  const { buffer } = guest.exports['memory'] as WebAssembly.Memory;
  const memory = new Uint8Array(buffer).slice();
  const posts = (guest.exports[GLOBALS.posts] as WebAssembly.Global<'i32'>).value;
  const flats = given(definition, test, new DataView(memory.buffer));
  return { failure, heard, memory, flats, posts };
}

/** Gives a guest what it is to pass. Whatever is allocated lies above all that it can point at. */
function load(
  exports: WebAssembly.Exports,
  definition: FunctionDefinition,
  test: BindingCase,
): void {
  const { image, lie } = test;
  const memory = exports['memory'] as WebAssembly.Memory;
  const size = initialSize(image);
  if (size > PAGE) memory.grow(size / PAGE - 1);
  new Uint8Array(memory.buffer).set(before(definition, test));
  (exports[GLOBALS.next] as WebAssembly.Global).value = size;
  if (lie !== undefined) (exports[GLOBALS.lie] as WebAssembly.Global).value = lie;
}

function initialSize(image: Uint8Array): number {
  return Math.ceil((IMAGE_AT + image.length) / PAGE) * PAGE;
}

/** The core type of what the guest passes. */
export function coreOf(
  definition: FunctionDefinition,
  direction: BindingCase['direction'],
  index: number,
): CoreType {
  const { results, resultInMemory } = coreSignature(definition);
  if (direction === 'import') return coreParams(definition)[index] ?? 'i32';
  return resultInMemory ? 'i32' : (results[0] ?? 'i32');
}

function putCore(view: DataView, at: number, flat: Flat, core: CoreType): void {
  if (core === 'i64') view.setBigInt64(at, BigInt(flat), true);
  else if (core === 'f32') view.setFloat32(at, Number(flat), true);
  else if (core === 'f64') view.setFloat64(at, Number(flat), true);
  else view.setInt32(at, Number(flat), true);
}

export function getCore(view: DataView, at: number, core: CoreType): Flat {
  if (core === 'i64') return view.getBigInt64(at, true);
  if (core === 'f32') return view.getFloat32(at, true);
  return core === 'f64' ? view.getFloat64(at, true) : view.getInt32(at, true);
}

function given(
  definition: FunctionDefinition,
  { direction, flats }: BindingCase,
  view: DataView,
): Flat[] {
  const { resultInMemory, results } = coreSignature(definition);
  if (direction === 'export')
    return coreParams(definition).map((core, at) => getCore(view, PARAMS_AT + 8 * at, core));
  if (resultInMemory) return flats.slice(-1);
  return results.map((core) => getCore(view, RESULT_AT, core));
}

/** The guest's memory before it runs. */
export function before(
  definition: FunctionDefinition,
  { direction, image, flats }: BindingCase,
): Uint8Array {
  const memory = new Uint8Array(initialSize(image));
  memory.set(image, IMAGE_AT);
  const view = new DataView(memory.buffer);
  flats.forEach((flat, index) => {
    const at = direction === 'import' ? PARAMS_AT + 8 * index : RESULT_AT;
    putCore(view, at, flat, coreOf(definition, direction, index));
  });
  return memory;
}
