import { covers } from '#posiv-wit/grant.ts';
import { functionsOf } from '#posiv-wit/functions.ts';
import { PREVIEW_1_FUNCTIONS } from './bind/wasi-functions.ts';
import { type ImageDescription, WASI_PREVIEW_1 } from './inspect.ts';
import { isWasi, missingWasi } from './wasi/catalogue.ts';

/**
 * What an image imports and may not, in order, to be shown to who wants to start it. A grant is an interface,
 * `posiv:vstore/files`, or a package, `posiv:vstore`, for each with a version or without, which covers all versions.
 * Interfaces from which only types are imported need no grant, nor does what there is of WASI, whose hosts give nothing
 * away.
 */
export function missingImports(description: ImageDescription, grants: readonly string[]): string[] {
  return missingFrom(description)(grants);
}

/** The same for one image that many are started of. */
export function missingFrom(
  description: ImageDescription,
): (grants: readonly string[]) => string[] {
  const needed = neededGrants(description);
  const never = notOffered(description);
  return (grants) => [
    ...needed.filter((name) => !grants.some((grant) => covers(grant, name))),
    ...never,
  ];
}

/** The interfaces that an image imports and that it has to be granted, by their full names. */
export function neededGrants(description: ImageDescription): string[] {
  return usedInterfaces(description).filter((name) => isOffered(name));
}

/** What an image imports and nobody offers, whatever is granted: it cannot be started. */
export function notOffered(description: ImageDescription): string[] {
  const { kind, imports, importedFunctions } = description;
  const isHere = (name: string): boolean =>
    isOffered(name) || name === WASI_PREVIEW_1 || (kind === 'component' && isWasi(name));
  const strange = usedInterfaces(description).filter((name) => !isHere(name));
  const ofWasi =
    kind === 'component'
      ? missingWasi(imports, importedFunctions)
      : importedFunctions.filter((each) => isUnknownToPreview1(each));
  return [...strange, ...ofWasi];
}

function isUnknownToPreview1(name: string): boolean {
  const [path, method = ''] = name.split('#');
  return path === WASI_PREVIEW_1 && !PREVIEW_1_FUNCTIONS.has(method);
}

function usedInterfaces({ imports, importedFunctions }: ImageDescription): string[] {
  const used = new Set(importedFunctions.map((name) => name.split('#', 1)[0] ?? name));
  return imports.filter((name) => used.has(name));
}

/** An interface that nobody offers is missing whatever was granted: it is not POSIV's, or of another version. */
function isOffered(name: string): boolean {
  return functionsOf(name).length > 0;
}
