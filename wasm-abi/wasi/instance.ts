import { guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import type { CoreAbi, CoreType } from '#posiv-wit/function-descriptor.ts';
import { AskingImports } from '../bind/asking-imports.ts';
import { checkTexts } from '../bind/program-texts.ts';
import type { HostBinding } from '../bind/host-binding.ts';
import { suspendingAnywhere } from '../bind/jspi.ts';
import { MissingImportsError } from '../errors.ts';
import type { ImageDescription } from '../inspect.ts';
import type { InstanceInit } from '../load.ts';
import { isWasi, missingWasi, wasiFunction, wasiInterface } from './catalogue.ts';
import { Handles, type HandleTable } from './handles.ts';
import type { WasiFunction, WasiInstance } from './interface.ts';
import { Output } from './output.ts';
import { Resources } from './resources.ts';

/** Interfaces without their versions, to their functions in camel case and classes of resources. */
export type GlueInterfaces = Record<string, Record<string, unknown>>;

/** What the transpiler's code gives for each function. */
interface GlueAbi extends CoreAbi {
  readonly resourceTables?: readonly HandleTable[];
}

const LOWER = Symbol.for('cabiLower');
const DISPOSE = Symbol.for('cabiDispose');

/**
 * The interfaces of WASI 0.2 that a component imports, for one instance of it, as the transpiler's code takes them. Every
 * function brings its own binding to the Canonical ABI, so none of that code sees what a guest passes.
 * @throws {missing-imports} also {invalid-arguments}
 */
export function wasiImports(
  description: ImageDescription,
  host: HostBinding,
  init: InstanceInit,
): GlueInterfaces {
  const { sources } = requireAll(description, host);
  checkTexts(init);
  const { args, environment } = init;
  const wasi: WasiInstance = { sources, args, environment, output: new Output(host) };
  const resources = new Resources();
  const abis: CoreAbi[] = [];
  // One for each memory and realloc, so that they share a view of the memory.
  const shared = (abi: CoreAbi): CoreAbi => {
    const known = abis.find((each) => each.memory === abi.memory && each.realloc === abi.realloc);
    if (!known) abis.push(abi);
    return known ?? abi;
  };
  const bind =
    ({ bind: make, suspends, asks }: WasiFunction) =>
    (abi: GlueAbi): WebAssembly.ImportValue => {
      const memory = guestMemory(shared(abi));
      const handles = new Handles(abi.resourceTables ?? [], resources);
      const core = make(wasi, { memory, handles });
      const bound = suspends ? suspendingAnywhere(core) : core;
      if (!asks) return bound;
      const { allocator, exports } = askingOf(asks).link(shared(abi), () => bound);
      allocator.set(0, abi.realloc ?? null);
      return exports[ASKING]!;
    };

  const interfaces: GlueInterfaces = {};
  for (const name of description.imports.filter(isWasi)) {
    const key = name.slice(0, name.indexOf('@'));
    const members = (interfaces[key] ??= {});
    for (const kind of wasiInterface(name)?.resources ?? [])
      members[upperCamelCase(kind)] ??= resourceClass((rep) => resources.drop(rep));
  }
  for (const name of description.importedFunctions.filter(isWasi)) {
    const found = wasiFunction(name);
    const [path = '', method = ''] = name.split('#');
    const members = interfaces[path.slice(0, path.indexOf('@'))];
    if (found && members) place(members, method, bind(found));
  }
  return interfaces;
}

const ASKING = 'asking';

/** By their parameters: there are a few. */
const asking = new Map<string, AskingImports>();

function askingOf(params: readonly CoreType[]): AskingImports {
  const key = params.join();
  const known = asking.get(key) ?? new AskingImports([{ name: ASKING, params }]);
  asking.set(key, known);
  return known;
}

/** @throws {missing-imports} with all of WASI that is not here */
function requireAll(
  { imports, importedFunctions }: ImageDescription,
  { wasi: sources }: HostBinding,
): { readonly sources: NonNullable<HostBinding['wasi']> } {
  const wanted = missingWasi(imports, importedFunctions);
  if (wanted.length > 0) throw new MissingImportsError(wanted);
  if (!sources) throw new MissingImportsError(imports.filter(isWasi));
  return { sources };
}

/** What the transpiler's code takes for a class: it is told when the guest drops what it owned. */
function resourceClass(drop: (rep: number) => void): object {
  return { prototype: {}, [DISPOSE]: drop };
}

function place(
  members: Record<string, unknown>,
  method: string,
  lower: (abi: GlueAbi) => WebAssembly.ImportValue,
): void {
  const unreached = (): never => {
    throw new Error(`${method} was called without its binding`);
  };
  const call = Object.assign(unreached, { [LOWER]: lower });
  const [, kind, name] = /^\[method\]([^.]+)\.(.+)$/.exec(method) ?? [];
  if (kind === undefined || name === undefined) {
    members[camelCase(method)] = call;
    return;
  }
  const owner = members[upperCamelCase(kind)] as { prototype: Record<string, unknown> } | undefined;
  if (owner) owner.prototype[camelCase(name)] = call;
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function upperCamelCase(name: string): string {
  return camelCase(`-${name}`);
}
