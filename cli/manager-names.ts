import type { ManagerName } from '#posiv-wit/generated/admin.ts';

/** The managers of a node, by what people call them. */
export const MANAGER_NAMES = [
  'resource',
  'storage',
  'task',
  'security',
  'distribution',
] as const satisfies readonly ManagerName[];
