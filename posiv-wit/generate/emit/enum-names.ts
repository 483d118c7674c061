import type { TypeDefinition } from '../model/model.ts';
import type { Module } from './module.ts';
import { camelCase, upperCase } from './names.ts';

/** The case that a guest's tag means. */
export function enumCases(module: Module, definition: TypeDefinition, tag: string): string {
  const cases = module.fromTypes(definition, `${upperCase(definition.name)}_CASES`);
  return `${module.import('#posiv-wit/abi/trap.ts', 'caseOf')}(${cases}, ${tag})`;
}

/** The tag of a case. */
export function enumTag(module: Module, definition: TypeDefinition, value: string): string {
  return `${module.fromTypes(definition, `${camelCase(definition.name)}Tag`)}(${value})`;
}
