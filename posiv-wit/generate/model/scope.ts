import type { InterfaceTree, PackageName, Path, WorldTree } from '../syntax/tree.ts';

/** All that is written of one package, in however many files. */
export interface PackageTree {
  readonly name: PackageName;
  readonly interfaces: Map<string, { tree: InterfaceTree; scope: Scope }>;
  readonly worlds: Map<string, { tree: WorldTree; scope: Scope }>;
}

/** Where a path without a package is looked up: the file's own `use ... as`, then the package. */
export interface Scope {
  readonly package: PackageTree;
  readonly uses: ReadonlyMap<string, Path>;
}

/** What a path means. */
export interface Found {
  readonly tree: PackageTree;
  /** Of the item in the package. */
  readonly name: string;
}

export function packageId(name: PackageName): string {
  return `${name.namespace}:${name.name}${name.version === undefined ? '' : `@${name.version}`}`;
}

export function pathId(name: PackageName, item: string): string {
  return `${name.namespace}:${name.name}/${item}${name.version === undefined ? '' : `@${name.version}`}`;
}
