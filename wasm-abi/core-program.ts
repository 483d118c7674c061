import { instantiateCore } from './bind/core.ts';
import { bindImports, type HostBinding } from './bind/host-binding.ts';
import { promising } from './bind/jspi.ts';
import { InstanceMemories } from './bind/memories.ts';
import { plainInstance } from './bind/plain-instance.ts';
import { NOT_PREEMPTED, type Preemption } from './bind/preemption.ts';
import type { Holder } from './bind/recyclable-core.ts';
import { type ProgramSpares, Recycler } from './bind/recycler.ts';
import { WASI_PREVIEW_1 } from './inspect.ts';
import type { Instance, InstanceInit, Program } from './load.ts';
import { type Preparation, tableElementsOf } from './prepared.ts';

/** The program of an image that is one core module. */
export function coreProgram(
  meta: Preparation,
  modules: ReadonlyMap<string, WebAssembly.Module>,
  spares: ProgramSpares,
): Program {
  const { description } = meta;
  const [[file, module] = ['', undefined]] = modules;
  if (!module) throw new TypeError('the entry has no module');
  const posiv = description.importedFunctions.filter(
    (name) => !name.startsWith(`${WASI_PREVIEW_1}#`),
  );
  const usesWasi = description.imports.includes(WASI_PREVIEW_1);
  const recycler = recyclerOf(meta, file, spares);

  async function instantiate(host: HostBinding, init: InstanceInit): Promise<Instance> {
    const holder: Holder = { host, maxPages: init.maxPages, preemption: preemptionOf(init) };
    const bound = bindImports(posiv, holder);
    const memories = new InstanceMemories(meta, init.maxPages);
    const wasi = usesWasi
      ? await (await import('./bind/wasi.ts')).createWasi(module!, host, init)
      : undefined;
    const core = await instantiateCore(
      module!,
      file,
      description,
      bound,
      memories,
      holder.preemption,
      wasi?.imports,
      (made) => wasi?.attach(made),
    );
    const initialize = core.exports['_initialize'];
    if (typeof initialize === 'function') await promising(initialize)();
    const recyclable = recycler?.adopt(core, memories, holder);
    if (recyclable) return recyclable.lease(holder);
    const made = plainInstance([core], description, memories);
    const start = core.exports['_start'];
    if (description.kind !== 'wasi-command' || typeof start !== 'function') return made;
    const run = wasi ? () => wasi.start(start) : async () => (await promising(start)(), 0);
    return { ...made, start: run };
  }

  return {
    description,
    tableElements: tableElementsOf(meta),
    instantiate,
    reuse(host, init) {
      const wanted = { host, maxPages: init.maxPages, preemption: preemptionOf(init) };
      return recycler?.take(wanted)?.lease(wanted);
    },
  };
}

/** WASI keeps what it knows of a program outside of its instance, so what imports it is used once. */
function recyclerOf(
  { description, modules }: Preparation,
  file: string,
  spares: ProgramSpares,
): Recycler | undefined {
  const recycling = modules[file]?.recycling;
  if (description.kind !== 'core' || description.imports.includes(WASI_PREVIEW_1)) return undefined;
  if (!recycling || 'obstacle' in recycling) return undefined;
  return new Recycler({ globals: recycling.globals, exports: description.exports, spares });
}

function preemptionOf({ preemption = NOT_PREEMPTED }: InstanceInit): Preemption {
  return preemption;
}
