import { woken } from './bind/hibernated.ts';
import { holderOf } from './bind/recyclable-instance.ts';
import type { Recycler } from './bind/recycler.ts';
import type { Program } from './load.ts';
import { type Preparation, tableElementsOf } from './prepared.ts';

/** The program of an image whose instances are used again where they can be. @param recycler none where they cannot */
export function recyclingProgram(
  meta: Preparation,
  recycler: Recycler | undefined,
  instantiate: Program['instantiate'],
): Program {
  const reuse: Program['reuse'] = (host, init) => {
    const wanted = holderOf(host, init);
    return recycler?.take(wanted)?.lease(wanted);
  };
  return {
    description: meta.description,
    tableElements: tableElementsOf(meta),
    instantiate,
    reuse,
    wake: (from, host, init) => woken(from, { instantiate, reuse }, host, init),
  };
}
