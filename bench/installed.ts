/** What `measuring` gives, or undefined where a program that it starts, or a file of it, is not there. */
export async function whereInstalled<T>(measuring: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await measuring();
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A baseline by its name, which says what it would need where it was not run. */
export function optionalBaseline(
  { name, install }: { readonly name: string; readonly install: string },
  samples: readonly (number | undefined)[],
): { readonly name: string; readonly samples: readonly number[] } {
  const known = samples.filter((each) => each !== undefined);
  if (known.length === samples.length) return { name, samples: known };
  return { name: `${name} (not run: ${install})`, samples: [] };
}
