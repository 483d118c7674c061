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
          transform(code, id) {
            if (!code.includes('import.meta.')) return undefined;
            const [other] = /import\.meta\.(?!url\b)\w+/.exec(code) ?? [];
            if (other !== undefined) throw new Error(`${id}: ${other} is not that of the source`);
            return code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href));
          },
        },
      ],
      onLog() {},
    });
    const { output } = await build.generate({
      format: 'esm',
      comments: false,
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name]-[hash].mjs',
    });
    await build.close();
    const encoder = new TextEncoder();
    const files = new Map<string, Uint8Array>();
    for (const each of output)
      if (each.type === 'chunk') files.set(each.fileName, encoder.encode(inAscii(each.code)));
    return { meta: null, files };
  } catch (error) {
    throw new BuildFailedError(
      'bundle-own',
      error instanceof Error ? error.message : String(error),
    );
  }
}

/** A source with a single character beyond Latin-1 is kept by the engine in two bytes for each. */
function inAscii(code: string): string {
  return code.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
