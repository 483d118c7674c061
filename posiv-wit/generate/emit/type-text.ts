import { isBytes, type FunctionDefinition, type Type } from '../model/model.ts';
import type { Primitive } from '../syntax/tree.ts';
import type { Module } from './module.ts';
import { camelCase, variableName } from './names.ts';

const PRIMITIVE_TEXT: Partial<Record<Primitive, string>> = {
  bool: 'boolean',
  string: 'string',
  char: 'string',
};

/** How a type is written in TypeScript. */
export function typeText(module: Module, type: Type): string {
  if (type.kind === 'named') return module.typeName(type.definition);
  if (isBytes(type)) return 'Uint8Array';
  const of = (inner: Type | undefined): string =>
    inner === undefined ? 'undefined' : typeText(module, inner);
  switch (type.kind) {
    case 'primitive':
      return PRIMITIVE_TEXT[type.primitive] ?? 'number';
    case 'list':
      return `readonly ${arrayText(module, type.of)}`;
    case 'option':
      return `${of(type.of)} | undefined`;
    case 'result':
      return `${module.import('#posiv-wit/result.ts', 'type Result')}<${of(type.ok)}, ${of(type.error)}>`;
    default:
      return `readonly [${type.items.map(of).join(', ')}]`;
  }
}

/** An array that may be added to. */
export function arrayText(module: Module, item: Type): string {
  const text = typeText(module, item);
  return `${/^readonly |\|/.test(text) ? `(${text})` : text}[]`;
}

export function paramsText(module: Module, definition: FunctionDefinition): string {
  return definition.params
    .map((param) => `${variableName(param.name)}: ${typeText(module, param.type)}`)
    .join(', ');
}

export function resultText(module: Module, definition: FunctionDefinition): string {
  return definition.result === undefined ? 'void' : typeText(module, definition.result);
}

/** The name of a method; as a property it may be a reserved word. */
export const methodName = camelCase;
