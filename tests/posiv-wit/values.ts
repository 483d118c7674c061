import fc, { type Arbitrary } from 'fast-check';
import { camelCase } from '#posiv-wit/generate/emit/names.ts';
import {
  isBytes,
  plain,
  type Case,
  type FunctionDefinition,
  type Type,
} from '#posiv-wit/generate/model/model.ts';
import type { Primitive } from '#posiv-wit/generate/syntax/tree.ts';

// Any value of any type of a WIT model, as the generated TypeScript declares it.

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constant('\uFEFFbom'),
);
const bytes = fc.uint8Array().map((value) => new Uint8Array(value));

const PRIMITIVES: Record<Primitive, Arbitrary<unknown>> = {
  bool: fc.boolean(),
  u8: fc.integer({ min: 0, max: 0xff }),
  u16: fc.integer({ min: 0, max: 0xffff }),
  u32: fc.integer({ min: 0, max: 0xffff_ffff }),
  u64: fc.maxSafeNat(),
  s8: fc.integer({ min: -0x80, max: 0x7f }),
  s16: fc.integer({ min: -0x8000, max: 0x7fff }),
  s32: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  s64: fc.maxSafeInteger(),
  f32: fc.float({ noNaN: true }),
  f64: fc.double({ noNaN: true }),
  char: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  string: text,
};

export function valuesOf(type: Type | undefined): Arbitrary<unknown> {
  if (type === undefined) return fc.constant(undefined);
  if (isBytes(type)) return bytes;
  const bare = plain(type);
  switch (bare.kind) {
    case 'primitive':
      return PRIMITIVES[bare.primitive];
    case 'list':
      return fc.array(valuesOf(bare.of), { maxLength: 5 });
    case 'option':
      return fc.option(valuesOf(bare.of), { nil: undefined });
    case 'tuple':
      return fc.tuple(...bare.items.map(valuesOf));
    case 'result':
      return fc.oneof(
        valuesOf(bare.ok).map((value) => ({ ok: true, value })),
        valuesOf(bare.error).map((error) => ({ ok: false, error })),
      );
    default:
      break;
  }
  const { body } = bare;
  if (body.kind === 'record')
    return fields(body.fields.map((field) => [field.name, valuesOf(field.type)]));
  if (body.kind === 'flags') return fields(body.flags.map((flag) => [flag.name, fc.boolean()]));
  if (body.kind === 'enum') return fc.constantFrom(...body.cases.map((each) => each.name));
  return fc.oneof(...body.cases.map(caseValues));
}

function fields(members: readonly (readonly [string, Arbitrary<unknown>])[]): Arbitrary<unknown> {
  const record = Object.fromEntries(members.map(([name, values]) => [camelCase(name), values]));
  return fc.record(record, { noNullPrototype: true });
}

function caseValues(each: Case): Arbitrary<unknown> {
  if (each.type === undefined) return fc.constant({ tag: each.name });
  return valuesOf(each.type).map((val) => ({ tag: each.name, val }));
}

export function paramsOf(definition: FunctionDefinition): Arbitrary<unknown[]> {
  return fc.tuple(...definition.params.map((param) => valuesOf(param.type)));
}
