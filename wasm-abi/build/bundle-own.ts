import { pathToFileURL } from 'node:url';
import { BuildFailedError } from '../errors.ts';
import type { BuildResults, OwnBundleJob } from './jobs.ts';

/**
 * Joins modules of vStarCloud itself, with all that they import but for what Node has, to modules of JavaScript without types.
 * What they look for beside themselves they find where they were: `import.meta.url` stays that of the source.
 * @throws {build-failed}
 */
export async function bundleOwn({ entries }: OwnBundleJob): Promise<BuildResults['bundle-own']> {
  const { rolldown } = await import('rolldown');
  try {
    const build = await rolldown({
      input: { ...entries },
      platform: 'node',
      plugins: [
        {
          name: 'own-url',
          transform: (code, id) =>
            code.includes('import.meta.url')
              ? code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
              : undefined,
        },
      ],
      onLog() {},
    });
    const { output } = await build.generate({
      format: 'esm',
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name]-[hash].mjs',
    });
    await build.close();
    const encoder = new TextEncoder();
    const files = new Map<string, Uint8Array>();
    for (const each of output)
      if (each.type === 'chunk') files.set(each.fileName, encoder.encode(each.code));
    return { meta: null, files };
  } catch (error) {
    throw new BuildFailedError(
      'bundle-own',
      error instanceof Error ? error.message : String(error),
    );
  }
}
