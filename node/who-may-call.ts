import type { Caller } from '#kernel/dispatcher.ts';

/** Calls that only another node may make. */
export function forNodes(calls: object): (caller: Caller) => object {
  return ({ node }) => {
    if (node === undefined) throw new Error('posiv:wire is for nodes alone');
    return calls;
  };
}

/** Calls that no other node may make. */
export function forThisNode(calls: (caller: Caller) => object): (caller: Caller) => object {
  return (caller) => {
    if (caller.node !== undefined)
      throw new Error('posiv:admin is for programs of this node alone');
    return calls(caller);
  };
}
