import { isLinearizable, type Model, type Timed } from '#tests/support/linearizability.ts';

export interface PathEntry extends Timed {
  readonly path: string;
  readonly operation:
    | { readonly kind: 'put'; readonly blob: string }
    | { readonly kind: 'delete'; readonly found: boolean | undefined }
    /** `blob` is undefined where there was no such path. */
    | { readonly kind: 'get'; readonly blob: string | undefined };
}

const NOTHING = '';

const PATH: Model<PathEntry, string> = {
  initial: NOTHING,
  overwrites: true,
  applied(state, { operation }) {
    switch (operation.kind) {
      case 'put':
        return operation.blob;
      case 'get':
        return (operation.blob ?? NOTHING) === state ? state : undefined;
      case 'delete':
        if (operation.found === undefined) return NOTHING;
        return operation.found === (state !== NOTHING) ? NOTHING : undefined;
    }
  },
  isRead: ({ operation }) =>
    operation.kind === 'get' || (operation.kind === 'delete' && operation.found === false),
  nameOf: (state) => state,
};

/** The paths of vStore whose reads and writes cannot have happened as they were answered. */
export function pathsThatDisagree(entries: readonly PathEntry[]): string[] {
  const byPath = Map.groupBy(entries, ({ path }) => path);
  return [...byPath].filter(([, each]) => !isLinearizable(each, PATH)).map(([path]) => path);
}
