import { createHash } from 'node:crypto';
import { readEntry, writeEntry } from '../cache-entry.ts';
import { Joined } from '../joined.ts';
import type { BuildOptions } from './build-cell.ts';

export interface GuestBuildOptions extends BuildOptions {
  /** Where images are kept by all that they were made of. */
  readonly cacheDir: string;
}

const IMAGE = 'image.wasm';

const joined = new Joined<Uint8Array>();

/**
 * Finds the image that was made of the same inputs, or makes it. The inputs must be everything that it depends on, the
 * versions of tools included.
 */
export async function guestImage(
  inputs: readonly unknown[],
  options: GuestBuildOptions,
  make: (signal: AbortSignal) => Promise<{ readonly image: Uint8Array }>,
): Promise<Uint8Array> {
  const key = createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
  return joined.run(
    `${options.cacheDir}\n${key}`,
    async (signal) => {
      const known = await readEntry<null>(options.cacheDir, key);
      const found = known?.files.get(IMAGE);
      if (found) return found;
      const { image } = await make(signal);
      await writeEntry(options.cacheDir, key, { meta: null, files: new Map([[IMAGE, image]]) });
      return image;
    },
    options.signal,
  );
}
