import type { FilesCalls } from '#posiv-wit/generated/vstore.ts';
import type { PathHeads } from './path-heads.ts';
import type { PathList } from './path-list.ts';
import { completionOf, outcomeOf } from './store-error.ts';

/** `posiv:vstore/files`, the same for every vTask: who may call it was decided where it was linked. */
export function makeFileCalls(heads: PathHeads, paths: PathList): FilesCalls {
  return {
    bind: (path, blob) => outcomeOf(() => heads.bind(path, blob)),
    stat: (path) => outcomeOf(() => heads.stat(path)),
    list: (prefix, after) => outcomeOf(() => paths.list(prefix, after)),
    delete: (path) => completionOf(() => heads.delete(path)),
  };
}
