import { Script } from 'node:vm';
import { AskingImports } from '#wasm-abi/bind/asking-imports.ts';
import { type Glue, instantiateComponent } from '#wasm-abi/bind/component.ts';
import type { LinkedInstance } from '#wasm-abi/bind/linked-instance.ts';
import { InstanceMemories } from '#wasm-abi/bind/memories.ts';
import { NOT_PREEMPTED } from '#wasm-abi/bind/preemption.ts';
import { Recycler } from '#wasm-abi/bind/recycler.ts';
import { Spares } from '#wasm-abi/bind/spares.ts';
import { prepareEntry } from '#wasm-abi/build/transpile.ts';
import type { HostBinding } from '#wasm-abi/load.ts';
import { behaviour, state, type Subject, verdictOf } from './behaviour.ts';
import { componentOf } from './component-of.ts';
import type { Verdict } from './differential.ts';

const MAX_PAGES = 1_024;

const host: HostBinding = { family: {}, resolve: () => undefined, write: () => undefined };

/**
 * The same as `compareRecycled` for a component around a random module, put back by what lanes put instances back.
 * @param module with its memories and globals exposed
 */
export async function compareRecycledComponent(
  module: Uint8Array<ArrayBuffer>,
  seed: number,
): Promise<Verdict> {
  const image = await componentOf(module);
  if (!image) return skipped('it imports more than functions');
  const { meta, files } = await prepareEntry(image, seed % 4 === 1 ? 'fuel' : 'epoch');
  const recycler = Recycler.of(meta, new Spares());
  if (!recycler) return skipped('it has an obstacle');
  const text = new TextDecoder().decode(files.get(meta.glue?.source ?? ''));
  const glue = new Script(text).runInThisContext() as Glue;
  const modules = new Map(
    Object.keys(meta.modules).map((file) => [
      file,
      new WebAssembly.Module(files.get(file) as BufferSource),
    ]),
  );
  const component = { glue, modules, files: new Map([...modules].map(([one, two]) => [two, one])) };
  const instance = (): Promise<LinkedInstance> =>
    instantiateComponent(component, {
      imports: new Map(),
      asking: new AskingImports([]),
      memories: new InstanceMemories(meta, MAX_PAGES),
      preemption: NOT_PREEMPTED,
      watched: true,
    });
  const holder = () => ({ host, maxPages: MAX_PAGES, preemption: NOT_PREEMPTED });
  let linked: LinkedInstance;
  try {
    linked = await instance();
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError) && !(error instanceof RangeError)) throw error;
    return skipped('it traps as it starts');
  }
  const recyclable = recycler.adopt(linked, holder());
  if (!recyclable) return skipped('its start leaves what cannot be kept');
  const lease = recyclable.lease(holder());
  behaviour(subject(linked), seed);
  if (lease.recycle() > 0) return skipped('its memory has grown');
  if (recycler.take(holder()) !== recyclable) return { kind: 'different', what: 'it was not kept' };
  const fresh = subject(await instance());
  const used = subject(linked);
  const recycled = [...state(used), ...behaviour(used, ~seed)];
  return verdictOf(recycled, [...state(fresh), ...behaviour(fresh, ~seed)]);
}

function subject({ cores, memories }: LinkedInstance): Subject {
  return { exports: cores.map(({ exports }) => exports), memories: memories.all, log: [] };
}

function skipped(why: string): Verdict {
  return { kind: 'skipped', why };
}
