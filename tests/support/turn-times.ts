import { threadMs } from '#kernel/system-clock.ts';

/** The milliseconds of processor time that each turn of the event loop took of this thread until the work was done. */
export async function turnTimes(work: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  let working = true;
  let before = threadMs();
  const over = new Promise<void>((resolve) => {
    const look = (): void => {
      const now = threadMs();
      times.push(now - before);
      before = now;
      if (working) setImmediate(look);
      else resolve();
    };
    setImmediate(look);
  });
  try {
    await work();
  } finally {
    working = false;
  }
  await over;
  return times;
}
