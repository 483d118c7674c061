import { covers } from '#posiv-wit/grant.ts';
import type { Result } from '#posiv-wit/result.ts';

/** What a vTask is given when its creator does not say. */
const DEFAULT_GRANTS = ['posiv:kernel'];

/** A vTask gets what was asked for, and its creator must hold each of it: rights only shrink on the way down. */
export function attenuate(
  holder: readonly string[],
  asked: readonly string[] | undefined,
): Result<readonly string[], readonly string[]> {
  const wanted = asked ?? DEFAULT_GRANTS;
  const lacking = wanted.filter((grant) => !holder.some((held) => covers(held, grant)));
  return lacking.length > 0 ? { ok: false, error: lacking } : { ok: true, value: [...wanted] };
}
