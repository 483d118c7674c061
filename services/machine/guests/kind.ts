import { KIND_TABLE } from '../backends/kind-table.ts';
import type { Group } from './book.ts';

/** Whether what runs the machines of a group can do that. */
export function can(group: Pick<Group, 'backend'>, what: 'live' | 'suspend'): boolean {
  return kindOf(group).capabilities.some((each) => each === what);
}

/** Of the host's memory, what a machine of a group takes in all, in bytes. */
export function promisedBytes(group: Pick<Group, 'backend' | 'shape'>): number {
  return group.shape.memory + kindOf(group).overheadBytes;
}

/** Who asks for no backend gets one of QEMU's, which are alike. */
function kindOf({ backend = 'qemu-tcg' }: Pick<Group, 'backend'>) {
  return KIND_TABLE[backend];
}
