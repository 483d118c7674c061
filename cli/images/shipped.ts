import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ShippedGuest, shippedGuest, SHIPPED_GUESTS } from '../../guests/catalogue.ts';
import { cacheDir } from '../folders.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface BuildInit {
  readonly signal?: AbortSignal;
  /** Told that it is being built, where it was not found in the cache. */
  readonly onBuild?: (name: string) => void;
}

/** The names of the guests that come with vstar. */
export function shippedNames(): readonly string[] {
  return SHIPPED_GUESTS.map(({ name }) => name);
}

/**
 * The image of a guest that comes with vstar, built from its source where that was not done before.
 * @returns undefined where there is none of this name
 * @throws {build-failed} also {build-lost}
 */
export async function buildShipped(
  name: string,
  init: BuildInit = {},
): Promise<Uint8Array | undefined> {
  const guest = shippedGuest(name);
  if (!guest) return undefined;
  const options = {
    cacheDir: cacheDir(),
    ...(init.signal && { signal: init.signal }),
    // Finding out what a guest imports comes before the cache can be asked.
    onProgress: (step: string) => step !== 'bundle' && init.onBuild?.(name),
  };
  return guest.language === 'c' ? buildC(guest, options) : buildTypescript(guest, options);
}

async function buildTypescript(
  { sources: [entry = ''], world }: ShippedGuest,
  options: { readonly cacheDir: string },
): Promise<Uint8Array> {
  const { buildTypescriptGuest } = await import('#wasm-abi/build/typescript.ts');
  return buildTypescriptGuest({ entry: join(ROOT, entry), world }, options);
}

async function buildC(
  { sources, includes = [], flags = [], world }: ShippedGuest,
  options: { readonly cacheDir: string },
): Promise<Uint8Array> {
  const { buildCGuest } = await import('#wasm-abi/build/c.ts');
  const guest = { sources: absolute(sources), includes: absolute(includes), flags, world };
  // Without a component's wrapper it starts ten times faster, and is granted and denied the same.
  return buildCGuest({ ...guest, output: 'core' }, options);
}

function absolute(paths: readonly string[]): string[] {
  return paths.map((path) => join(ROOT, path));
}
