import { Code } from '../emit/code.ts';
import { snakeCase } from '../emit/names.ts';
import { coreSignature, flatten } from '../layout/flatten.ts';
import { layoutOfParts } from '../layout/layout.ts';
import {
  plain,
  type FunctionDefinition,
  type Interface,
  type Package,
  type Type,
} from '../model/model.ts';
import { coreTypeName, setFlats, type CFlat } from './c-flat.ts';
import { memberName, typeName } from './c-names.ts';
import { CTypes, functionName } from './c-types.ts';

const PRELUDE = `/* Made from posiv-wit/wit by \`npm run generate\`: not to be edited.
 *
 * The types and system calls of POSIV for C on wasm32.
 *
 * Strings are UTF-8 and end at their length, not at a NUL. What a call takes it only reads. What it gives lies in memory
 * that cabi_realloc made and that belongs to the caller: whoever includes this must export cabi_realloc. An option that
 * is a parameter is a pointer, NULL for none.
 */
#ifndef POSIV_H
#define POSIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define _Static_assert static_assert
extern "C" {
#endif

#define POSIV_IMPORT(interface, name) __attribute__((import_module(interface), import_name(name)))

typedef struct {
  uint8_t *ptr;
  size_t len;
} posiv_string_t;

/* The string of a literal: POSIV_STRING("echo"). */
#define POSIV_STRING(literal) ((posiv_string_t){(uint8_t *)(literal), sizeof(literal) - 1})
`;

const END = `#ifdef __cplusplus
}
#undef _Static_assert
#endif

#endif`;

/** The header of the interfaces that `packages` offer to guests: those that their `imports` worlds import. */
export function emitCHeader(packages: readonly Package[]): string {
  const code = new Code();
  code.line(PRELUDE);
  const types = new CTypes(code);
  const imported = new Set(
    packages.flatMap((each) =>
      each.worlds.filter((world) => world.name === 'imports').flatMap((world) => world.imports),
    ),
  );
  const interfaces = packages
    .flatMap((each) => each.interfaces)
    .filter((each) => imported.has(each.id));
  for (const each of interfaces)
    for (const type of each.types) types.need({ kind: 'named', definition: type });
  for (const each of interfaces) {
    if (each.functions.length === 0) continue;
    code.line(`/* ${each.id} */\n`);
    for (const definition of each.functions) emitFunction(code, types, each, definition);
  }
  code.line(END);
  return String(code);
}

function emitFunction(
  code: Code,
  types: CTypes,
  source: Interface,
  definition: FunctionDefinition,
): void {
  const name = functionName(source.name, definition.name);
  const signature = coreSignature(definition);
  for (const param of definition.params) types.need(param.type);
  types.need(definition.result);
  const core = signature.paramsInMemory
    ? ['const void *params']
    : signature.params.map((each) => coreTypeName(each));
  if (signature.resultInMemory) core.push('void *ret');
  const result = signature.resultInMemory ? undefined : signature.results[0];
  code.line(`POSIV_IMPORT("${source.id}", "${definition.name}")`);
  const raw = name.replace('posiv_', 'posiv_import_');
  code.line(
    `extern ${result === undefined ? 'void' : coreTypeName(result)} ${raw}(${core.join(', ') || 'void'});\n`,
  );
  if (signature.resultInMemory && definition.result !== undefined) {
    code.line(`typedef ${typeName(definition.result)} ${name}_result_t;`);
  }
  if (signature.paramsInMemory) emitParamsStruct(code, definition, name);
  code.docs(definition.docs);
  const params = definition.params.map(
    (param) => `${paramType(param.type)}${memberName(param.name)}`,
  );
  if (signature.resultInMemory) params.push(`${name}_result_t *ret`);
  const gives =
    result === undefined || definition.result === undefined ? 'void' : typeName(definition.result);
  code.block(`static inline ${gives} ${name}(${params.join(', ') || 'void'})`, () => {
    const args = signature.paramsInMemory
      ? emitParamsInMemory(code, definition, name)
      : emitParams(code, definition);
    if (signature.resultInMemory) args.push('ret');
    const call = `${raw}(${args.join(', ')})`;
    code.line(result === undefined ? `${call};` : `return (${gives})${call};`);
  });
  code.line();
}

/** Numbers, strings and lists go by value, an option as a pointer that may be NULL, other structures by pointer. */
function paramType(type: Type): string {
  const bare = plain(type);
  if (bare.kind === 'option') return `const ${typeName(bare.of)} *`;
  return isPointer(type) ? `const ${typeName(type)} *` : `${typeName(type)} `;
}

function isPointer(type: Type): boolean {
  const bare = plain(type);
  if (bare.kind === 'named') return bare.body.kind === 'record' || bare.body.kind === 'variant';
  return bare.kind === 'tuple' || bare.kind === 'result';
}

function emitParamsStruct(code: Code, definition: FunctionDefinition, name: string): void {
  code.block(
    'typedef struct',
    () => {
      for (const param of definition.params)
        code.line(`${typeName(param.type)} ${memberName(param.name)};`);
    },
    ` ${name}_params_t;`,
  );
  const { size } = layoutOfParts(definition.params.map((param) => param.type));
  code.line(`_Static_assert(sizeof(${name}_params_t) == ${size}, "canonical ABI");`);
}

function emitParamsInMemory(code: Code, definition: FunctionDefinition, name: string): string[] {
  code.line(`${name}_params_t params;`);
  for (const { name: wit, type } of definition.params) {
    const param = memberName(wit);
    if (plain(type).kind === 'option') {
      code.line(`params.${param}.is_some = ${param} != NULL;`);
      code.line(`if (${param} != NULL) params.${param}.val = *${param};`);
    } else code.line(`params.${param} = ${isPointer(type) ? '*' : ''}${param};`);
  }
  return ['&params'];
}

function emitParams(code: Code, definition: FunctionDefinition): string[] {
  return definition.params.flatMap(({ name, type }) => {
    const param = memberName(name);
    const bare = plain(type);
    const cores = flatten(type);
    const flats = cores.map((core, index): CFlat => ({
      name: `${snakeCase(name)}_${index}`,
      core,
    }));
    if (bare.kind === 'primitive' && bare.primitive !== 'string')
      return [`(${coreTypeName(cores[0] ?? 'i32')})${param}`];
    if (bare.kind === 'list' || bare.kind === 'primitive')
      return [`(int32_t)(uintptr_t)${param}.ptr`, `(int32_t)${param}.len`];
    if (bare.kind === 'named' && (bare.body.kind === 'enum' || bare.body.kind === 'flags'))
      return [`(int32_t)${param}`];
    for (const flat of flats) code.line(`${coreTypeName(flat.core)} ${flat.name} = 0;`);
    if (bare.kind === 'option') {
      code.line(`${flats[0]?.name} = ${param} != NULL;`);
      code.block(`if (${param} != NULL)`, () =>
        setFlats(code, bare.of, `*${param}`, flats.slice(1)),
      );
    } else setFlats(code, type, `*${param}`, flats);
    return flats.map((flat) => flat.name);
  });
}
