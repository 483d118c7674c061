import type { FilesCalls } from '#posiv-wit/generated/vstore.ts';
import type { PathRouter } from './path-router.ts';
import { completionOf, outcomeOf } from './store-error.ts';

/** `posiv:vstore/files`, the same for every vTask: who may call it was decided where it was linked. */
export function makeFileCalls(router: PathRouter): FilesCalls {
  return {
    bind: (path, blob) => outcomeOf(() => router.bind(path, blob)),
    stat: (path) => outcomeOf(() => router.stat(path)),
    list: (prefix, after) => outcomeOf(() => router.list(prefix, after)),
    delete: (path) => completionOf(() => router.delete(path)),
  };
}
