import test from 'ava';
import { decode as decodeAny, encode as encodeAny } from 'cborg';
import fc from 'fast-check';
import { decode, encode } from '../../../guests/typescript/sdk/cbor.ts';

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(0, -0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, -(2 ** 53) + 1),
);
const leaf = fc.oneof(
  number,
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n - 1n }),
  fc.boolean(),
  fc.constantFrom(null, undefined),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie('value'), { maxLength: 30 }),
    fc.dictionary(fc.string({ maxLength: 30 }), tie('value'), { maxKeys: 30 }),
  ),
}));

test('what is written cborg reads as it reads what it has written itself', (t) => {
  fc.assert(
    fc.property(value, (each) => {
      t.deepEqual(decodeAny(encode(each)), decodeAny(encodeAny(each)));
    }),
    { numRuns: 1_000 },
  );
});

test('what cborg writes is read as cborg reads it', (t) => {
  fc.assert(
    fc.property(value, (each) => {
      const payload = encodeAny(each);
      t.deepEqual(decode(payload), decodeAny(payload));
    }),
    { numRuns: 1_000 },
  );
});

test('of any bytes, malformed ones included, becomes what cborg makes of them', (t) => {
  const cut = fc.tuple(value, fc.nat(), fc.nat(), fc.nat(255)).map(([each, at, end, byte]) => {
    const whole = encodeAny(each);
    const broken = whole.slice(0, 1 + (end % whole.length));
    broken[at % broken.length] = byte;
    return broken;
  });
  const outcome = (read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): unknown => {
    try {
      return { is: read(bytes) };
    } catch (error) {
      return String(error);
    }
  };
  fc.assert(
    fc.property(fc.oneof(cut, fc.uint8Array({ minLength: 1, maxLength: 60 })), (bytes) => {
      t.deepEqual(outcome(decode, bytes), outcome(decodeAny, bytes));
    }),
    { numRuns: 3_000 },
  );
});

test('a value that has itself in it is refused, and a deep one is not', (t) => {
  const circle: unknown[] = [];
  circle.push(circle);
  t.throws(() => encode(circle), { message: /circular/ });
  let deep: unknown = 1;
  for (let depth = 0; depth < 100; depth += 1) deep = [deep];
  t.deepEqual(decode(encode(deep)), deep);
});

test('a field of the name __proto__ is a field', (t) => {
  const payload = encodeAny(JSON.parse('{"__proto__": {"x": 1}}'));
  t.deepEqual(Object.keys(decode(payload) as object), ['__proto__']);
});
