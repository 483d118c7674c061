/**
 * Does some work, and what has to follow it whatever came of it. Where both fail it is the work's failure that is told: what went wrong first
 * is mostly why the other did.
 */
export async function afterwards<T>(
  work: () => Promise<T>,
  after: () => Promise<unknown>,
): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await after().catch(() => {});
    throw error;
  }
  await after();
  return result;
}
