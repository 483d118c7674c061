import type { TypeDefinition } from '../model/model.ts';
import { Code } from './code.ts';
import { pascalCase } from './names.ts';

/** A TypeScript file that is being written: its body, and the imports that the body turns out to need. */
export class Module {
  readonly #imports = new Map<string, Set<string>>();
  readonly #packageName: string;
  readonly #folder: 'generated' | 'generated/functions';
  #counter = 0;
  #code = new Code();

  constructor(packageName: string, folder: 'generated' | 'generated/functions') {
    this.#packageName = packageName;
    this.#folder = folder;
  }

  get code(): Code {
    return this.#code;
  }

  /** What `body` writes, apart from the rest, to be added or thrown away. */
  aside<T>(body: () => T): { readonly made: T; readonly code: Code } {
    const outer = this.#code;
    this.#code = new Code();
    const made = body();
    const code = this.#code;
    this.#code = outer;
    return { made, code };
  }

  /** Begins the numbering of variables anew, for a new function. */
  renumber(): void {
    this.#counter = 0;
  }

  variable(prefix: string): string {
    return `${prefix}${++this.#counter}`;
  }

  /** `specifier` begins with `#posiv-wit/`; a type is written `type Name`. */
  import(specifier: string, name: string): string {
    const names = this.#imports.get(specifier) ?? new Set();
    this.#imports.set(specifier, names.add(name));
    return name.replace(/^type /, '').replace(/^.* as /, '');
  }

  /** The name of a type of any package. */
  typeName(definition: TypeDefinition): string {
    return this.#home(definition, `type ${pascalCase(definition.name)}`, 'generated');
  }

  /** A function or constant of the type's own file. */
  fromTypes(definition: TypeDefinition, name: string): string {
    return this.#home(definition, name, 'generated');
  }

  /** A function of the file that holds what the type's package does with memory. */
  fromFunctions(definition: TypeDefinition, name: string): string {
    return this.#home(definition, name, 'generated/functions');
  }

  #home(
    definition: TypeDefinition,
    name: string,
    folder: 'generated' | 'generated/functions',
  ): string {
    if (definition.packageName === this.#packageName && folder === this.#folder)
      return name.replace(/^type /, '');
    return this.import(`#posiv-wit/${folder}/${definition.packageName}.ts`, name);
  }

  /** The names that come from other files. */
  importedNames(): string[] {
    return [...this.#imports.values()].flatMap((names) =>
      [...names].map((name) => name.replace(/^type /, '').replace(/^.* as /, '')),
    );
  }

  toString(): string {
    const imports = [...this.#imports]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([specifier, names]) => {
        const sorted = [...names].toSorted((one, other) => (bare(one) < bare(other) ? -1 : 1));
        const types = sorted.every((each) => each.startsWith('type '));
        const list = sorted.map((each) => (types ? bare(each) : each));
        return `import ${types ? 'type ' : ''}{ ${list.join(', ')} } from '${specifier}';`;
      });
    return `${GENERATED}${imports.join('\n')}\n\n${String(this.#code)}`;
  }
}

function bare(name: string): string {
  return name.replace(/^type /, '');
}

export const GENERATED = '// Made from posiv-wit/wit by `npm run generate`: not to be edited.\n';
