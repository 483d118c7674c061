import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { buildCGuest } from '#wasm-abi/build/c.ts';
import { shippedGuest } from '../../../../guests/catalogue.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** A shipped guest in C as a core module; `source` takes the place of its author's file. */
export async function coreModule(name: string, source?: string): Promise<WebAssembly.Module> {
  const guest = shippedGuest(name);
  if (!guest) throw new Error(`no guest is named ${name}`);
  const image = await buildCGuest(
    {
      sources: guest.sources.map((path, index) => (index === 0 && source) || join(ROOT, path)),
      includes: (guest.includes ?? []).map((path) => join(ROOT, path)),
      flags: guest.flags ?? [],
      world: guest.world,
      output: 'core',
    },
    { cacheDir: join(tmpdir(), 'vstar-test-images') },
  );
  return WebAssembly.compile(image as BufferSource);
}
