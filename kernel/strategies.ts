import type {
  DistributionCalls,
  ResourceCalls,
  SecurityCalls,
  StorageCalls,
  TaskCalls,
} from '#posiv-wit/generated/managers.ts';

/**
 * The strategies of the five managers, as the mechanism asks for them: pure functions of their arguments, answered by
 * the manager that is plugged in or by its built-in default.
 */
export interface Strategies {
  readonly resource: ResourceCalls;
  readonly storage: StorageCalls;
  readonly task: TaskCalls;
  readonly security: SecurityCalls;
  readonly distribution: DistributionCalls;
}
