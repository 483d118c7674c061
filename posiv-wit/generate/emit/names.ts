// How names of WIT (`start-rpc`) look in other languages.

export function pascalCase(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

export function snakeCase(name: string): string {
  return name.replaceAll('-', '_').toLowerCase();
}

export function upperCase(name: string): string {
  return snakeCase(name).toUpperCase();
}

const RESERVED: ReadonlySet<string> = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public ' +
    'return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);
// What the generated functions call their own variables.
const TAKEN: ReadonlySet<string> = new Set([
  'm',
  'r',
  'w',
  'at',
  'abi',
  'host',
  'core',
  'post',
  'params',
  'result',
  'value',
  'late',
  'ret',
]);

/** The name of a parameter or variable. */
export function variableName(name: string): string {
  const camel = camelCase(name);
  return RESERVED.has(camel) || TAKEN.has(camel) ? `${camel}_` : camel;
}
