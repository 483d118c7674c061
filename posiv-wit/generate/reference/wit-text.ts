import type { FunctionDefinition, Type } from '../model/model.ts';

/** How a type is written in WIT. */
export function witType(
  type: Type,
  link: (text: string, type: Type) => string = (text) => text,
): string {
  const of = (inner: Type | undefined): string =>
    inner === undefined ? '_' : witType(inner, link);
  switch (type.kind) {
    case 'primitive':
      return type.primitive;
    case 'named':
      return link(type.definition.name, type);
    case 'result':
      if (type.ok === undefined && type.error === undefined) return 'result';
      return `result<${of(type.ok)}${type.error === undefined ? '' : `, ${of(type.error)}`}>`;
    case 'tuple':
      return `tuple<${type.items.map(of).join(', ')}>`;
    default:
      return `${type.kind}<${of(type.of)}>`;
  }
}

const LINE = 100;

/** A function as it is declared, on several lines where one would be too long. */
export function witFunction(definition: FunctionDefinition): string {
  const params = definition.params.map((param) => `${param.name}: ${witType(param.type)}`);
  const result = definition.result === undefined ? '' : ` -> ${witType(definition.result)}`;
  const line = `${definition.name}: func(${params.join(', ')})${result}`;
  if (line.length <= LINE) return line;
  return `${definition.name}: func(\n${params.map((param) => `  ${param},\n`).join('')})${result}`;
}
