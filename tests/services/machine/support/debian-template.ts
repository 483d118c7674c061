import { cacheDir } from '#cli/folders.ts';
import { debianRecipe } from '#cli/machine/template/debian.ts';
import { SETTINGS } from '#cli/machine/template/stored-template.ts';
import type { Template } from '#posiv-wit/generated/machine.ts';
import type { MemoryBlobs } from './memory-blobs.ts';

/** The template that `vstar machine template build` makes, kept in a store: a shell on its console. */
export async function debianTemplate(blobs: MemoryBlobs): Promise<Template> {
  const init = { signal: new AbortController().signal, onStep: () => {} };
  const { kernel, initrd } = await debianRecipe(cacheDir(), init);
  return {
    kernel: blobs.put('kernel', kernel),
    initrd: blobs.put('initrd', initrd),
    image: undefined,
    userData: undefined,
    ...SETTINGS,
  };
}
