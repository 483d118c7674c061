import type { Path, WorldTree } from '../syntax/tree.ts';
import { WitError } from '../wit-error.ts';
import type { World } from './model.ts';
import { packageId, pathId, type Found, type Scope } from './scope.ts';

type Find = (path: Path, scope: Scope) => Found;

/** Spreads includes out and checks that what a world names is there. */
export function resolveWorld(find: Find, tree: WorldTree, scope: Scope): World {
  const imports = new Set<string>();
  const exports = new Set<string>();
  collect(find, tree, scope, imports, exports, []);
  return {
    name: tree.name,
    id: pathId(scope.package.name, tree.name),
    docs: tree.docs,
    since: tree.since,
    imports: [...imports],
    exports: [...exports],
  };
}

function collect(
  find: Find,
  tree: WorldTree,
  scope: Scope,
  imports: Set<string>,
  exports: Set<string>,
  outer: readonly WorldTree[],
): void {
  if (outer.includes(tree))
    throw new WitError(tree.place, `world \`${tree.name}\` includes itself`);
  for (const item of tree.items) {
    if (item.kind === 'include') {
      const found = find(item.path, scope);
      const world = found.tree.worlds.get(found.name);
      if (world === undefined) throw unknown('world', item.path, packageId(found.tree.name));
      collect(find, world.tree, world.scope, imports, exports, [...outer, tree]);
    } else if (item.kind === 'import' || item.kind === 'export') {
      const target = item.kind === 'import' ? imports : exports;
      const { what } = item;
      if ('kind' in what) {
        target.add(`${what.name}: ${what.kind === 'function' ? 'func' : 'interface'}`);
        continue;
      }
      const found = find(what, scope);
      if (!found.tree.interfaces.has(found.name))
        throw unknown('interface', what, packageId(found.tree.name));
      target.add(pathId(found.tree.name, found.name));
    }
  }
}

function unknown(kind: string, path: Path, where: string): WitError {
  return new WitError(path.place, `no ${kind} \`${path.name}\` in ${where}`);
}
