import { covers } from '#posiv-wit/grant.ts';
import { functionsOf } from '#posiv-wit/functions.ts';
import { type ImageDescription, WASI_PREVIEW_1 } from './inspect.ts';

/**
 * What an image imports and may not, in order, to be shown to who wants to start it. A grant is an interface,
 * `posiv:vstore/files`, or a package, `posiv:vstore`, for each with a version or without, which covers all versions.
 * Interfaces from which only types are imported need no grant, nor does WASI preview 1, whose host gives nothing away.
 */
export function missingImports(description: ImageDescription, grants: readonly string[]): string[] {
  const used = new Set(description.importedFunctions.map((name) => name.split('#', 1)[0] ?? name));
  return description.imports.filter(
    (name) =>
      used.has(name) &&
      name !== WASI_PREVIEW_1 &&
      !(isOffered(name) && grants.some((grant) => covers(grant, name))),
  );
}

/** An interface that nobody offers is missing whatever was granted: it is not POSIV's, or of another version. */
function isOffered(name: string): boolean {
  return functionsOf(name).length > 0;
}
