import type { ManagerName } from '#posiv-wit/generated/admin.ts';

/** The managers of a node, by what people call them. What reads and writes them is not loaded for a command line. */
export const MANAGER_NAMES: readonly string[] = Object.keys({
  resource: true,
  storage: true,
  task: true,
  security: true,
  distribution: true,
} satisfies Record<ManagerName, true>);
