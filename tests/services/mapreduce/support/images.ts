import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { CACHE } from '#tests/support/real-cluster.ts';
import { buildCGuest } from '#wasm-abi/build/c.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import { shippedGuest } from '../../../../guests/catalogue.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const FIXTURES = new URL('../fixtures/', import.meta.url);

/** The image of a shipped guest, one in C as a core module; `source` takes the place of its author's file. */
export function shippedImage(name: string, source?: string): Promise<Uint8Array> {
  const guest = shippedGuest(name);
  if (!guest) throw new Error(`no guest is named ${name}`);
  const { sources, includes = [], flags = [], world, language } = guest;
  const [entry = '', ...runtime] = sources.map((path) => join(ROOT, path));
  if (language === 'typescript') return buildTypescriptGuest({ entry, world }, { cacheDir: CACHE });
  return buildCGuest(
    {
      sources: [source ?? entry, ...runtime],
      includes: includes.map((path) => join(ROOT, path)),
      flags,
      world,
      output: 'core',
    },
    { cacheDir: CACHE },
  );
}

/** As `shippedImage`, compiled; `fixture` is a file of fixtures/. */
export async function coreModule(name: string, fixture?: string): Promise<WebAssembly.Module> {
  const source = fixture && fileURLToPath(new URL(fixture, FIXTURES));
  return WebAssembly.compile((await shippedImage(name, source)) as BufferSource);
}
