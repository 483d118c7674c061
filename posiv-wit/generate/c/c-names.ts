import { isBytes, type Type, type TypeDefinition } from '../model/model.ts';
import { snakeCase } from '../emit/names.ts';

// `posiv_string_t`, `posiv_error_code_t`, `posiv_option_string_t`.

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'alignas alignof asm auto bool break case char const constexpr continue default do double else enum extern false float ' +
    'for goto if inline int long nullptr register restrict return short signed sizeof static struct switch thread_local ' +
    'true typedef typeof union unsigned void volatile while ret class new delete this template namespace operator private ' +
    'protected public throw try catch friend virtual export using explicit'
  ).split(' '),
);

/** The name of a field or parameter; C++ may include the header too. */
export function memberName(name: string): string {
  const snake = snakeCase(name);
  return KEYWORDS.has(snake) ? `${snake}_` : snake;
}

export function definitionName(definition: TypeDefinition): string {
  return `posiv_${snakeCase(definition.name)}_t`;
}

/** A type's part in the name of another. */
function typeStem(type: Type | undefined): string {
  if (type === undefined) return 'void';
  if (type.kind === 'named') return snakeCase(type.definition.name);
  if (isBytes(type)) return 'list_u8';
  switch (type.kind) {
    case 'primitive':
      return type.primitive;
    case 'result':
      return `result_${typeStem(type.ok)}_${typeStem(type.error)}`;
    case 'tuple':
      return `tuple_${type.items.map(typeStem).join('_')}`;
    default:
      return `${type.kind}_${typeStem(type.of)}`;
  }
}

const SCALARS: Record<string, string> = {
  bool: 'bool',
  u8: 'uint8_t',
  u16: 'uint16_t',
  u32: 'uint32_t',
  u64: 'uint64_t',
  s8: 'int8_t',
  s16: 'int16_t',
  s32: 'int32_t',
  s64: 'int64_t',
  f32: 'float',
  f64: 'double',
  char: 'uint32_t',
  string: 'posiv_string_t',
};

/** How a type is written in C. */
export function typeName(type: Type): string {
  if (type.kind === 'named') return definitionName(type.definition);
  if (type.kind === 'primitive') return SCALARS[type.primitive] ?? '';
  return `posiv_${typeStem(type)}_t`;
}
