import type { Node } from '#posiv-wit/generated/cluster.ts';

/** Whether something may run on a node: false for one that was stopped in order or taken out of the cluster. */
export function isThere({ standing }: Node): boolean {
  return standing !== 'left' && standing !== 'revoked';
}
