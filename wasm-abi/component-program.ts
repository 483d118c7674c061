import { AskingImports } from './bind/asking-imports.ts';
import { type Glue, instantiateComponent } from './bind/component.ts';
import { bindImports, type HostBinding } from './bind/host-binding.ts';
import { InstanceMemories } from './bind/memories.ts';
import { plainInstance } from './bind/plain-instance.ts';
import { holderOf } from './bind/recyclable-instance.ts';
import { type ProgramSpares, Recycler } from './bind/recycler.ts';
import type { Instance, InstanceInit, Program } from './load.ts';
import type { Preparation } from './prepared.ts';
import { recyclingProgram } from './recycling-program.ts';
import { isWasi } from './wasi/catalogue.ts';
import { commandStart } from './wasi/command.ts';
import { wasiImports } from './wasi/instance.ts';

/** The program of an image that is a component. */
export function componentProgram(
  meta: Preparation,
  modules: ReadonlyMap<string, WebAssembly.Module>,
  glue: Glue,
  spares: ProgramSpares,
): Program {
  const { description } = meta;
  const posiv = description.importedFunctions.filter((name) => !isWasi(name));
  const usesWasi = description.imports.some(isWasi);
  const asking = AskingImports.of(posiv);
  const recycler = Recycler.of(meta, spares);
  const files = new Map([...modules].map(([file, module]) => [module, file]));
  const compiled = { glue, modules, files };

  async function instantiate(host: HostBinding, init: InstanceInit): Promise<Instance> {
    const holder = holderOf(host, init);
    const imports = bindImports(posiv, holder);
    const wasi = usesWasi ? wasiImports(description, host, init) : undefined;
    const memories = new InstanceMemories(meta, init.maxPages);
    const { preemption } = holder;
    const linked = await instantiateComponent(compiled, {
      imports,
      asking,
      memories,
      preemption,
      ...(wasi && { more: wasi }),
      watched: recycler !== undefined && host.family !== undefined,
    });
    const recyclable = recycler?.adopt(linked, holder);
    if (recyclable) return recyclable.lease(holder);
    const made = plainInstance(linked, description, holder.preemption);
    const start = commandStart(description, linked.cores);
    return start ? { ...made, start } : made;
  }

  return recyclingProgram(meta, recycler, instantiate);
}
