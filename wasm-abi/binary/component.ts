import { ImageTooLargeError, UnsupportedImageError } from '../errors.ts';
import type { ByteReader } from './byte-reader.ts';
import { readCanonicalFunction } from './canonical-functions.ts';
import {
  type ComponentType,
  externDescription,
  externName,
  MAX_DEPTH,
  readAlias,
  readSort,
  readType,
  skipCoreType,
} from './component-types.ts';
import { type CoreModule, readCoreModule } from './core-module.ts';
import { checkCoreName } from './names.ts';

/** componentize-py makes 38; each costs a file and a compilation. */
const MAX_CORE_MODULES = 256;

export interface Component {
  /** Interfaces and plain functions, in order. */
  readonly imports: readonly string[];
  /** `interface#function` of what it imports. */
  readonly functions: readonly string[];
  readonly exports: readonly string[];
  /** Those of all components in it. */
  readonly modules: readonly CoreModule[];
}

const SECTIONS = [
  'custom', 'core module', 'core instance', 'core type', 'component', 'instance', 'alias', 'type', 'canon', 'start',
  'import', 'export', 'value',
]; // prettier-ignore

/**
 * Reads the component that fills `reader`, its eight header bytes being read already. How its parts are linked is left to
 * the transpiler, which validates it; every name that can reach generated code has been checked here: names in instances,
 * aliases and canonical functions must match one of a core module, a type, an import or an export.
 * @throws {malformed-image} also {unsupported-image} and {image-too-large}
 */
export function readComponent(
  reader: ByteReader,
  modules: CoreModule[] = [],
  depth = 0,
): Component {
  if (depth > MAX_DEPTH) reader.fail('components are nested too deeply');
  const imports: string[] = [];
  const functions: string[] = [];
  const exports: string[] = [];
  const types: ComponentType[] = [];
  while (!reader.done) {
    const start = reader.offset;
    const id = reader.u8();
    const name = SECTIONS[id] ?? reader.fail(`unknown section ${id}`, start);
    const section = reader.part(reader.u32(), name);
    if (id === 0) section.name();
    else if (id === 1) modules.push(innerModule(section, modules.length));
    else if (id === 3) items(section, () => skipCoreType(section));
    else if (id === 4) {
      checkHeader(section, 'component');
      readComponent(section, modules, depth + 1);
    } else if (id === 6) {
      items(section, () => {
        if (readAlias(section) === 'type') types.push({});
      });
    } else if (id === 7) items(section, () => types.push(readType(section)));
    else if (id === 8) items(section, () => readCanonicalFunction(section));
    else if (id === 10) {
      items(section, () => {
        const imported = externName(section);
        const description = externDescription(section);
        if (
          description.sort === 'module' ||
          description.sort === 'component' ||
          description.sort === 'value'
        ) {
          throw new UnsupportedImageError(`it imports a ${description.sort}, ${imported}`);
        }
        if (description.sort === 'type') types.push({});
        else imports.push(imported);
        if (description.sort === 'function') functions.push(imported);
        const instanceType =
          description.typeIndex === undefined ? undefined : types[description.typeIndex];
        for (const each of instanceType?.functions ?? []) functions.push(`${imported}#${each}`);
      });
    } else if (id === 11) {
      items(section, () => {
        const exported = externName(section);
        const sort = readSort(section);
        section.u32();
        if (section.u8() === 1) externDescription(section);
        if (sort === 'type') types.push({});
        else exports.push(exported);
      });
    }
  }
  return { imports, functions, exports, modules };
}

function items(section: ByteReader, read: () => unknown): void {
  for (let left = section.count(); left > 0; left--) read();
  section.finish();
}

function innerModule(section: ByteReader, before: number): CoreModule {
  if (before >= MAX_CORE_MODULES) {
    throw new ImageTooLargeError('the number of core modules', before + 1, MAX_CORE_MODULES);
  }
  checkHeader(section, 'core module');
  const module = readCoreModule(section);
  for (const each of module.imports) {
    checkCoreName(each.module);
    checkCoreName(each.name);
  }
  for (const each of module.exports) checkCoreName(each.name);
  return module;
}

/** Goes past the magic number and the version of what is nested. */
function checkHeader(section: ByteReader, what: 'component' | 'core module'): void {
  const [, , , , version, , layer] = section.take(8);
  if ((layer === 1) !== (what === 'component') || version === 0)
    section.fail(`this is no ${what}`, section.offset - 8);
}
