import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '#cli/folders.ts';
import { buildCGuest } from '#wasm-abi/build/c.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import type { PosivClient } from '#node/control/client.ts';
import { upload } from '../cluster/vtask-run.ts';

const SDK = fileURLToPath(new URL('../../guests/c/sdk/', import.meta.url));

/** Paths of guests of this bench. */
export function sources(...names: string[]): string[] {
  return names.map((name) => fileURLToPath(new URL(`./guests/${name}`, import.meta.url)));
}

/** Builds a program in C with the SDK. */
export async function buildC(source: string): Promise<Uint8Array> {
  const runtime = (await readdir(SDK)).filter((name) => name === 'posiv_runtime.c');
  return buildCGuest(
    {
      sources: [source, ...runtime.map((name) => join(SDK, name))],
      includes: [SDK],
      world: 'posiv:kernel/program-task@0.1.0',
    },
    { cacheDir: cacheDir() },
  );
}

/** Builds what calls and what answers, in C and for QuickJS, and stores them. */
export async function uploadGuests(client: PosivClient): Promise<void> {
  for (const name of ['caller', 'echo']) {
    // oxlint-disable-next-line no-await-in-loop -- one compiler at a time is enough
    await upload(client, `/bench/${name}-c`, await buildC(sources(`${name}.c`)[0]!));
    const entry = sources(`${name}.js`)[0]!;
    // oxlint-disable-next-line no-await-in-loop
    const built = await buildTypescriptGuest({ entry }, { cacheDir: cacheDir() });
    // oxlint-disable-next-line no-await-in-loop
    await upload(client, `/bench/${name}-js`, built);
  }
}
