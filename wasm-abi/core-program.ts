import { AskingImports } from './bind/asking-imports.ts';
import { instantiateCore } from './bind/core.ts';
import { bindImports, type HostBinding } from './bind/host-binding.ts';
import { promising } from './bind/jspi.ts';
import { InstanceMemories } from './bind/memories.ts';
import { plainInstance } from './bind/plain-instance.ts';
import { holderOf } from './bind/recyclable-instance.ts';
import { type ProgramSpares, Recycler } from './bind/recycler.ts';
import { createWasi } from './bind/wasi.ts';
import { WASI_PREVIEW_1 } from './inspect.ts';
import type { Instance, InstanceInit, Program } from './load.ts';
import type { Preparation } from './prepared.ts';
import { recyclingProgram } from './recycling-program.ts';

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
  const asking = AskingImports.of(posiv);
  const recycler = Recycler.of(meta, spares);

  async function instantiate(host: HostBinding, init: InstanceInit): Promise<Instance> {
    const holder = holderOf(host, init);
    const bound = bindImports(posiv, holder);
    const memories = new InstanceMemories(meta, init.maxPages);
    const wasi = usesWasi ? await createWasi(module!, host, init) : undefined;
    const linked = await instantiateCore(
      module!,
      file,
      description,
      bound,
      asking,
      memories,
      holder.preemption,
      wasi?.imports,
      (made) => wasi?.attach(made),
    );
    const { exports } = linked.cores[0]!;
    const initialize = exports['_initialize'];
    if (typeof initialize === 'function') await promising(initialize)();
    const recyclable = recycler?.adopt(linked, holder);
    if (recyclable) return recyclable.lease(holder);
    const made = plainInstance(linked, description, holder.preemption);
    const start = exports['_start'];
    if (description.kind !== 'wasi-command' || typeof start !== 'function') return made;
    const run = wasi ? () => wasi.start(start) : async () => (await promising(start)(), 0);
    return { ...made, start: run };
  }

  return recyclingProgram(meta, recycler, instantiate);
}
