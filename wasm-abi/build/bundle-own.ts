import { pathToFileURL } from 'node:url';
import type { RolldownBuild, RolldownPlugin } from 'rolldown';
import { compileAll, compiledFiles } from '../compiled-script.ts';
import { BuildFailedError } from '../errors.ts';
import type { BuildResults, OwnBundleJob } from './jobs.ts';

const encode = new TextEncoder().encode.bind(new TextEncoder());

/**
 * Joins modules of vStarCloud itself, with all that they import but for what Node has, to JavaScript without types.
 * What they look for beside themselves they find where they were: `import.meta.url` stays that of the source.
 * @throws {build-failed}
 */
export async function bundleOwn({
  entries,
  scripts,
}: OwnBundleJob): Promise<BuildResults['bundle-own']> {
  const files = new Map<string, Uint8Array>();
  try {
    await using build = await joined(entries);
    const { output } = await build.generate({
      format: 'esm',
      comments: false,
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name]-[hash].mjs',
    });
    for (const each of output)
      if (each.type === 'chunk') files.set(each.fileName, encode(inAscii(each.code)));
    for (const [name, entry] of Object.entries(scripts)) {
      const text = await script(entry);
      const { source, compiled } = compiledFiles(name);
      files.set(source, encode(text)).set(compiled, compileAll(text));
    }
    return { meta: null, files };
  } catch (error) {
    throw new BuildFailedError(
      'bundle-own',
      error instanceof Error ? error.message : String(error),
    );
  }
}

/** One text with all that a module imports, as `runCompiled` takes it. */
async function script(entry: string): Promise<string> {
  await using build = await joined({ script: entry });
  const { output } = await build.generate({ format: 'cjs', comments: false, codeSplitting: false });
  return `(function (require) {${inAscii(output[0].code)}\n})`;
}

async function joined(input: Readonly<Record<string, string>>): Promise<RolldownBuild> {
  const { rolldown } = await import('rolldown');
  return rolldown({ input: { ...input }, platform: 'node', plugins: [OWN_URL], onLog() {} });
}

const OWN_URL: RolldownPlugin = {
  name: 'own-url',
  transform(code, id) {
    if (!code.includes('import.meta.')) return undefined;
    const [other] = /import\.meta\.(?!url\b)\w+/.exec(code) ?? [];
    if (other !== undefined) throw new Error(`${id}: ${other} is not that of the source`);
    return code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href));
  },
};

/** A source with a single character beyond Latin-1 is kept by the engine in two bytes for each. */
function inAscii(code: string): string {
  return code.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
