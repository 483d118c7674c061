import { KIND_TABLE } from '../backends/kind-table.ts';
import type { Group } from './book.ts';

/** Whether what runs the machines of a group can do that. Who asks for no backend gets one of QEMU's, which are alike. */
export function can(
  { backend = 'qemu-tcg' }: Pick<Group, 'backend'>,
  what: 'live' | 'suspend',
): boolean {
  return KIND_TABLE[backend].capabilities.some((each) => each === what);
}
