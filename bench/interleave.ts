/**
 * Runs each contestant by turns, A B A B, so that a neighbour's load falls on all of them alike. A first round warms up and
 * is not counted, unless there is only one: that shows that all of it works, and nothing more.
 * @returns what each of them gave in each round that counts, in their order
 */
export async function interleave<T>(
  rounds: number,
  contestants: readonly (() => Promise<T>)[],
): Promise<readonly (readonly T[])[]> {
  const results = contestants.map((): T[] => []);
  for (let round = rounds === 1 ? 1 : 0; round <= rounds; round++) {
    for (const [at, run] of contestants.entries()) {
      const result = await run();
      if (round > 0) results[at]!.push(result);
    }
  }
  return results;
}
