import { isDeepStrictEqual } from 'node:util';
import type { ExecutionContext } from 'ava';

/** As `t.deepEqual`, for megabytes: that looks at each byte by itself, a second for each of them, to show differences. */
export function same(t: ExecutionContext, got: unknown, wanted: unknown): void {
  t.true(isDeepStrictEqual(got, wanted));
}
