import type { ExecutionContext } from 'ava';

/** It is refused, or fails, with this code. */
export async function failsWith(
  t: ExecutionContext,
  promise: Promise<unknown>,
  code: string,
): Promise<void> {
  const error = await t.throwsAsync(promise);
  t.is((error as Error & { code: string }).code, code);
}
