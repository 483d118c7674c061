import { setTimeout as pause } from 'node:timers/promises';
import type { Awaitable } from '#posiv-wit/result.ts';

const LOOK_EVERY_MS = 20;

/** Asks again until an answer is as wanted. Fails with the test's own timeout. @returns that answer */
export async function until<T>(
  ask: () => Awaitable<T>,
  isSo: (answer: T) => boolean,
): Promise<Awaited<T>> {
  for (;;) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    await pause(LOOK_EVERY_MS);
  }
}
