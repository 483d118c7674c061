import { setTimeout as pause } from 'node:timers/promises';
import { monotonicMs } from './monotonic.ts';

const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 180_000; // three times what was seen where there were fifteen processes for each processor

/** Thrown where what must come about has not. */
export class NeverError extends Error {
  readonly code = 'never';
}

/** Looks until something holds. @param seen what was seen instead @throws {never} */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  seen: () => string = () => 'not',
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const until = monotonicMs() + patienceMs;
  while (!(await holds())) {
    if (monotonicMs() > until)
      throw new NeverError(`it has not come about that ${what}: ${seen()}`);
    await pause(LOOK_EVERY_MS);
  }
}
