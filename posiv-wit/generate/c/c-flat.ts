import type { Code } from '../emit/code.ts';
import { flatten, type CoreType } from '../layout/flatten.ts';
import { plain, type Type } from '../model/model.ts';
import { memberName } from './c-names.ts';

/** A core value that is passed to an import: a variable of C. */
export interface CFlat {
  readonly name: string;
  readonly core: CoreType;
}

const CORE_TYPES = { i32: 'int32_t', i64: 'int64_t', f32: 'float', f64: 'double' } as const;

export function coreTypeName(core: CoreType): string {
  return CORE_TYPES[core];
}

/** Writes how a value of C, at an expression, becomes core values that have been declared. */
export function setFlats(code: Code, type: Type, value: string, flats: readonly CFlat[]): void {
  const bare = plain(type);
  if (bare.kind === 'list' || (bare.kind === 'primitive' && bare.primitive === 'string')) {
    set(code, flats[0], `(uintptr_t)${member(value, 'ptr')}`, 'i32');
    set(code, flats[1], member(value, 'len'), 'i32');
  } else if (bare.kind === 'primitive') set(code, flats[0], value, flatten(type)[0] ?? 'i32');
  else if (bare.kind === 'tuple')
    setParts(
      code,
      bare.items,
      bare.items.map((_, index) => member(value, `f${index}`)),
      flats,
    );
  else if (bare.kind === 'option') {
    set(code, flats[0], member(value, 'is_some'), 'i32');
    code.block(`if (${member(value, 'is_some')})`, () =>
      setFlats(code, bare.of, member(value, 'val'), flats.slice(1)),
    );
  } else if (bare.kind === 'result') {
    set(code, flats[0], member(value, 'is_error'), 'i32');
    const branch = (payload: Type | undefined, name: string, test: string): void => {
      if (payload === undefined) return;
      code.block(`if (${test})`, () =>
        setFlats(code, payload, member(value, `val.${name}`), flats.slice(1)),
      );
    };
    branch(bare.ok, 'ok', `!${member(value, 'is_error')}`);
    branch(bare.error, 'error', member(value, 'is_error'));
  } else if (bare.body.kind === 'record') {
    const { fields } = bare.body;
    setParts(
      code,
      fields.map((field) => field.type),
      fields.map((field) => member(value, memberName(field.name))),
      flats,
    );
  } else if (bare.body.kind === 'variant') {
    set(code, flats[0], member(value, 'tag'), 'i32');
    bare.body.cases.forEach((each, index) => {
      const payload = each.type;
      if (payload === undefined) return;
      code.block(`if (${member(value, 'tag')} == ${index})`, () => {
        setFlats(code, payload, member(value, `val.${memberName(each.name)}`), flats.slice(1));
      });
    });
  } else set(code, flats[0], value, 'i32');
}

// A value behind a pointer is given as `*pointer`.
function member(value: string, name: string): string {
  return value.startsWith('*') ? `${value.slice(1)}->${name}` : `${value}.${name}`;
}

function setParts(
  code: Code,
  types: readonly Type[],
  values: readonly string[],
  flats: readonly CFlat[],
): void {
  let used = 0;
  types.forEach((type, index) => {
    const count = flatten(type).length;
    setFlats(code, type, values[index] ?? '', flats.slice(used, used + count));
    used += count;
  });
}

function set(code: Code, flat: CFlat | undefined, value: string, core: CoreType): void {
  if (flat === undefined) return;
  if (flat.core !== core && core !== 'i32')
    throw new Error('floats in variants are not supported in C');
  const cast =
    core === 'i32' && flat.core === 'i64'
      ? `(int64_t)(uint32_t)${value}`
      : `(${coreTypeName(core)})${value}`;
  code.line(`${flat.name} = ${cast};`);
}
