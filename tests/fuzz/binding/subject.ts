import { Script } from 'node:vm';
import { transpile } from '@bytecodealliance/jco';
import { bundleUserWit } from '#posiv-wit/bundle.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { functionNamed } from '#posiv-wit/functions.ts';
import type { FunctionDefinition, Interface } from '#posiv-wit/generate/model/model.ts';
import { loadPackages } from '#posiv-wit/generate/sources.ts';
import { rawGuest } from './raw-guest.ts';

/** The transpiler's own code for a component. */
export type Glue = (
  getCoreModule: (file: string) => WebAssembly.Module,
  imports: Record<string, Record<string, unknown>>,
  instantiateCore: (
    module: WebAssembly.Module,
    imports: WebAssembly.Imports,
  ) => WebAssembly.Instance,
) => Record<string, Record<string, unknown> | (() => void)>;

/** An interface, a guest that imports and exports it, and what is needed to bind that in both ways. */
export interface Subject {
  readonly source: Interface;
  /** The text of its package, if it is none of POSIV. */
  readonly wit?: string;
  /** What the generator made of a function. */
  readonly descriptor: (definition: FunctionDefinition) => FunctionDescriptor;
  readonly core: WebAssembly.Module;
  readonly glue: Glue;
  /** Whether our binding calls post-return functions: for tests. Default: it does. */
  readonly frees?: boolean;
  /** The modules that the glue asks for. */
  readonly modules: ReadonlyMap<string, WebAssembly.Module>;
}

/** The interfaces that a guest may import or export: packages without a world are spoken between nodes. */
export function posivInterfaces(): Interface[] {
  return loadPackages()
    .filter(({ worlds }) => worlds.length > 0)
    .flatMap(({ interfaces }) => interfaces)
    .filter(({ functions }) => functions.length > 0);
}

export function posivSubject(source: Interface): Promise<Subject> {
  return makeSubject(
    source,
    (world) => bundleUserWit(`package fuzz:guest;\n\n${world}`, 'guest'),
    (definition) => {
      const found = functionNamed(`${source.id}#${definition.name}`);
      if (!found) throw new Error(`no descriptor of ${source.id}#${definition.name}`);
      return found;
    },
  );
}

/** @param bundle see `rawGuest` */
export async function makeSubject(
  source: Interface,
  bundle: (world: string) => string,
  descriptor: Subject['descriptor'],
): Promise<Subject> {
  const { component, core } = await rawGuest(source, bundle);
  const { files } = await transpile(component, {
    name: 'guest',
    instantiation: 'sync',
    base64Cutoff: 0,
    wasiShim: false,
    nodejsCompat: false,
    noTypescript: true,
    quiet: true,
  });
  const modules = new Map<string, WebAssembly.Module>();
  let text = '';
  for (const [name, bytes] of Object.entries(files)) {
    if (name.endsWith('.wasm')) modules.set(name, new WebAssembly.Module(new Uint8Array(bytes)));
    else if (name.endsWith('.js')) text = new TextDecoder().decode(bytes);
  }
  // As a script, unlike a module, it can be collected once nobody needs it.
  const body = text.replaceAll(/^export (?=function |const )/gm, '');
  const glue = new Script(
    `(() => {\n${body}\nreturn instantiate;\n})()`,
  ).runInThisContext() as Glue;
  return { source, descriptor, core: new WebAssembly.Module(core), glue, modules };
}
