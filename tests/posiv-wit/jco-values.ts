import { camelCase } from '#posiv-wit/generate/emit/names.ts';
import { isBytes, plain, type Type } from '#posiv-wit/generate/model/model.ts';

// jco's own glue has other values for some types: BigInts for 64 bits, `{ tag: 'ok' }` for results.

/** Our value as jco's glue takes it. */
export function toJco(type: Type | undefined, value: unknown): unknown {
  return convert(type, value, {
    long: (long) => BigInt(long as number),
    result: (result, ok, error) => {
      const ours = result as { ok: boolean; value: unknown; error: unknown };
      return ours.ok ? { tag: 'ok', val: ok(ours.value) } : { tag: 'err', val: error(ours.error) };
    },
  });
}

/** The other way round. */
export function fromJco(type: Type | undefined, value: unknown): unknown {
  return convert(type, value, {
    long: Number,
    result: (result, ok, error) => {
      const theirs = result as { tag: string; val: unknown };
      return theirs.tag === 'ok'
        ? { ok: true, value: ok(theirs.val) }
        : { ok: false, error: error(theirs.val) };
    },
  });
}

type Convert = (value: unknown) => unknown;

interface Differences {
  readonly long: Convert;
  readonly result: (value: unknown, ok: Convert, error: Convert) => unknown;
}

function convert(type: Type | undefined, value: unknown, differences: Differences): unknown {
  if (type === undefined || value === undefined || isBytes(type)) return value;
  const of =
    (inner: Type | undefined): Convert =>
    (each) =>
      convert(inner, each, differences);
  const bare = plain(type);
  if (bare.kind === 'primitive')
    return bare.primitive === 'u64' || bare.primitive === 's64' ? differences.long(value) : value;
  if (bare.kind === 'list') return Array.from(value as unknown[], of(bare.of));
  if (bare.kind === 'option') return of(bare.of)(value);
  if (bare.kind === 'tuple')
    return bare.items.map((item, index) => of(item)((value as unknown[])[index]));
  if (bare.kind === 'result') return differences.result(value, of(bare.ok), of(bare.error));
  const { body } = bare;
  if (body.kind === 'record') {
    const record = value as Record<string, unknown>;
    return Object.fromEntries(
      body.fields.map(({ name, type: field }) => [
        camelCase(name),
        of(field)(record[camelCase(name)]),
      ]),
    );
  }
  if (body.kind !== 'variant') return value;
  const { tag, val } = value as { tag: string; val: unknown };
  const payload = body.cases.find((each) => each.name === tag)?.type;
  return payload === undefined ? { tag } : { tag, val: of(payload)(val) };
}
