import { ownVTask } from '#kernel/absence.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import { adjustQuota } from '#kernel/quota.ts';
import type { ErrorCode, Quota } from '#posiv-wit/generated/kernel.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

/** Who wants to change what a vTask may use. */
export interface Adjuster {
  readonly vtid: string;
  readonly tenant: string;
  /** A program outside of the sandbox, which speaks for its tenant. */
  readonly outside: boolean;
}

/** Changes what a vTask of this node may use, at once; changes nothing where it refuses. */
export function adjust(
  kernel: Kernel,
  by: Adjuster,
  vtid: string,
  change: Quota,
): Result<undefined, ErrorCode> {
  const own = ownVTask(kernel, vtid, by.tenant);
  if (!own.ok) return own;
  const vtask = own.value;
  if (vtask.program === '') return err({ tag: 'no-such-task' });
  if (!by.outside && by.vtid !== vtask.creator)
    return err({ tag: 'refused', val: 'only its creator and programs outside may adjust a vTask' });
  if (hasEnded(vtask.state)) return err({ tag: 'task-died', val: 'the vTask has ended' });
  const bounds = kernel.quotas.boundsOf(by.tenant);
  if (!bounds) return err({ tag: 'refused', val: `there is no tenant ${by.tenant}` });
  const quota = adjustQuota(vtask.quota, change, bounds);
  if (typeof quota === 'string') return err({ tag: 'quota-exceeded', val: quota });
  kernel.adjusted(vtask, quota);
  return ok(undefined);
}
