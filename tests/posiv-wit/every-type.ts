import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { emitFunctions, passedTypes } from '#posiv-wit/generate/emit/functions-file.ts';
import { emitTypes } from '#posiv-wit/generate/emit/types-file.ts';
import type { Package } from '#posiv-wit/generate/model/model.ts';
import { resolvePackages } from '#posiv-wit/generate/model/resolve.ts';
import { ROOT } from '#posiv-wit/generate/sources.ts';
import { parseWit } from '#posiv-wit/generate/syntax/parse.ts';

/** A package that is not of POSIV, generated in the same way. */
export interface GeneratedPackage {
  readonly wit: string;
  readonly source: Package;
  readonly functions: readonly FunctionDescriptor[];
  readonly folder: string;
}

/** Types that POSIV itself does not use. */
export async function generateEveryType(): Promise<GeneratedPackage> {
  const wit = await readFile(join(import.meta.dirname, 'every-type.wit'), 'utf8');
  return generatePackage('every-type.wit', wit);
}

/** Its files are in `folder`, which is the caller's to remove. */
export async function generatePackage(file: string, wit: string): Promise<GeneratedPackage> {
  const [source] = resolvePackages([parseWit(file, wit)]);
  if (source === undefined) throw new Error('no package');
  // Inside of the repository, so that the imports of what is generated are found.
  const cache = join(ROOT, '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'generated-'));
  const [types, functions] = [join(folder, 'types.ts'), join(folder, 'functions.ts')];
  await writeFile(types, emitTypes(source));
  const text = emitFunctions(source, passedTypes([source]));
  await writeFile(
    functions,
    text.replaceAll(`#posiv-wit/generated/${source.name}.ts`, './types.ts'),
  );
  const made = (await import(pathToFileURL(functions).href)) as {
    FUNCTIONS: readonly FunctionDescriptor[];
  };
  return { wit, source, functions: made.FUNCTIONS, folder };
}
