import type { FileTree, InterfaceTree, Path, TypeExpression, TypeTree } from '../syntax/tree.ts';
import { WitError } from '../wit-error.ts';
import type {
  Body,
  FunctionDefinition,
  Interface,
  Package,
  Type,
  TypeDefinition,
} from './model.ts';
import { packageId, pathId, type Found, type PackageTree, type Scope } from './scope.ts';
import { resolveWorld } from './worlds.ts';

/**
 * Looks every name up and gives the packages in the order of their first file.
 * @throws {wit-error} on a name that is unknown, taken twice or part of itself
 */
export function resolvePackages(files: readonly FileTree[]): Package[] {
  return new Resolver(files).packages();
}

/** Looks names up on demand, so that the order of files and items does not matter. */
class Resolver {
  readonly #packages = new Map<string, PackageTree>();
  readonly #types = new Map<string, TypeDefinition | 'busy'>();

  constructor(files: readonly FileTree[]) {
    for (const file of files) {
      if (file.items.length > 0) this.#add(file);
      for (const nested of file.nested) this.#add(nested);
    }
  }

  packages(): Package[] {
    const find = (path: Path, scope: Scope): Found => this.#find(path, scope);
    return [...this.#packages.values()].map((tree) => ({
      id: packageId(tree.name),
      namespace: tree.name.namespace,
      name: tree.name.name,
      version: tree.name.version,
      interfaces: [...tree.interfaces.values()].map(({ tree: each, scope }) =>
        this.#interface(each, scope),
      ),
      worlds: [...tree.worlds.values()].map(({ tree: each, scope }) =>
        resolveWorld(find, each, scope),
      ),
    }));
  }

  #add(file: FileTree): void {
    const first = file.items[0];
    if (file.package === undefined) {
      throw new Error(
        `a file without a package${first && 'place' in first ? `: ${first.place.file}` : ''}`,
      );
    }
    const id = packageId(file.package);
    const tree = this.#packages.get(id) ?? {
      name: file.package,
      interfaces: new Map(),
      worlds: new Map(),
    };
    this.#packages.set(id, tree);
    const uses = new Map<string, Path>();
    const scope: Scope = { package: tree, uses };
    for (const item of file.items) {
      if (item.kind === 'top-use') {
        uses.set(item.as, item.path);
        continue;
      }
      if (tree.interfaces.has(item.name) || tree.worlds.has(item.name)) {
        throw new WitError(item.place, `\`${item.name}\` is defined twice in ${id}`);
      }
      if (item.kind === 'interface') tree.interfaces.set(item.name, { tree: item, scope });
      else tree.worlds.set(item.name, { tree: item, scope });
    }
  }

  /** The package that a path means, and the item's name in it. */
  #find(path: Path, scope: Scope): Found {
    const alias = path.package === undefined ? scope.uses.get(path.name) : undefined;
    if (alias !== undefined)
      return this.#find({ ...alias, place: path.place }, { ...scope, uses: new Map() });
    if (path.package === undefined) return { tree: scope.package, name: path.name };
    const tree = this.#packages.get(packageId(path.package));
    if (tree === undefined)
      throw new WitError(path.place, `unknown package \`${packageId(path.package)}\``);
    return { tree, name: path.name };
  }

  #interface(tree: InterfaceTree, scope: Scope): Interface {
    const names = new Set<string>();
    for (const item of tree.items) {
      const taken = item.kind === 'use' ? item.names.map((each) => each.as) : [item.name];
      for (const name of taken) {
        if (names.has(name))
          throw new WitError(item.place, `\`${name}\` is defined twice in \`${tree.name}\``);
        names.add(name);
      }
      if (item.kind === 'use')
        for (const each of item.names) this.#named(each.as, each.place, tree, scope);
    }
    const functions = tree.items
      .filter((item) => item.kind === 'function')
      .map((item): FunctionDefinition => ({
        name: item.name,
        docs: item.docs,
        since: item.since,
        params: item.params.map((param) => ({
          name: param.name,
          type: this.#type(param.type, tree, scope),
        })),
        result: item.result && this.#type(item.result, tree, scope),
      }));
    return {
      name: tree.name,
      id: pathId(scope.package.name, tree.name),
      packageName: scope.package.name.name,
      docs: tree.docs,
      since: tree.since,
      types: tree.items
        .filter((item) => item.kind === 'type')
        .map((item) => this.#definition(item, tree, scope)),
      functions,
    };
  }

  #named(name: string, place: Path['place'], tree: InterfaceTree, scope: Scope): TypeDefinition {
    for (const item of tree.items) {
      if (item.kind === 'type' && item.name === name)
        return this.#definition(item, tree, scope, place);
      if (item.kind !== 'use') continue;
      const used = item.names.find((each) => each.as === name);
      if (used === undefined) continue;
      const found = this.#find(item.path, scope);
      const source = found.tree.interfaces.get(found.name);
      if (source === undefined) {
        throw new WitError(
          item.path.place,
          `no interface \`${found.name}\` in ${packageId(found.tree.name)}`,
        );
      }
      return this.#named(used.name, used.place, source.tree, source.scope);
    }
    throw new WitError(place, `no type \`${name}\` in \`${tree.name}\``);
  }

  #definition(
    item: TypeTree,
    tree: InterfaceTree,
    scope: Scope,
    place = item.place,
  ): TypeDefinition {
    const key = `${pathId(scope.package.name, tree.name)}.${item.name}`;
    const known = this.#types.get(key);
    if (known === 'busy') throw new WitError(place, `\`${item.name}\` is part of itself`);
    if (known !== undefined) return known;
    this.#types.set(key, 'busy');
    const definition: TypeDefinition = {
      name: item.name,
      docs: item.docs,
      since: item.since,
      packageName: scope.package.name.name,
      interfaceName: tree.name,
      body: this.#body(item, tree, scope),
    };
    this.#types.set(key, definition);
    return definition;
  }

  #body(item: TypeTree, tree: InterfaceTree, scope: Scope): Body {
    const { body } = item;
    const typed = <M extends { readonly type: TypeExpression | undefined }>(member: M) => ({
      ...member,
      type: member.type && this.#type(member.type, tree, scope),
    });
    if (body.kind === 'alias') return { kind: 'alias', of: this.#type(body.of, tree, scope) };
    const members =
      body.kind === 'record' ? body.fields : body.kind === 'flags' ? body.flags : body.cases;
    const seen = new Set<string>();
    for (const member of members) {
      if (seen.has(member.name))
        throw new WitError(member.place, `\`${member.name}\` is in \`${item.name}\` twice`);
      seen.add(member.name);
    }
    if (body.kind === 'flags') return { kind: 'flags', flags: body.flags.map(typed) };
    if (body.kind !== 'record') return { kind: body.kind, cases: body.cases.map(typed) };
    return {
      kind: 'record',
      fields: body.fields.map((field) => {
        const { type } = typed(field);
        if (type === undefined) throw new WitError(field.place, `\`${field.name}\` has no type`);
        return { name: field.name, docs: field.docs, since: field.since, type };
      }),
    };
  }

  #type(type: TypeExpression, tree: InterfaceTree, scope: Scope): Type {
    const of = (inner: TypeExpression): Type => this.#type(inner, tree, scope);
    if (type.kind === 'primitive') return type;
    if (type.kind === 'named')
      return { kind: 'named', definition: this.#named(type.name, type.place, tree, scope) };
    if (type.kind === 'tuple') return { kind: 'tuple', items: type.items.map(of) };
    if (type.kind === 'result') {
      return { kind: 'result', ok: type.ok && of(type.ok), error: type.error && of(type.error) };
    }
    return { kind: type.kind, of: of(type.of) };
  }
}
