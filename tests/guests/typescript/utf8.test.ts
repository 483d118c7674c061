import test from 'ava';
import fc from 'fast-check';
import { utf8Decode, utf8Encode } from '../../../guests/typescript/sdk/utf8.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

test('any text, lone surrogates included, becomes the bytes that TextEncoder makes', (t) => {
  const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((u) => String.fromCharCode(...u));
  fc.assert(
    fc.property(fc.oneof(units, fc.string({ unit: 'binary' })), (text) => {
      t.deepEqual(utf8Encode(text), encoder.encode(text));
    }),
  );
});

test('any bytes, malformed ones included, become the text that TextDecoder makes', (t) => {
  const lead = fc.constantFrom(
    0xc2,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
    0x80,
    0x9f,
    0xa0,
    0xbf,
    0x41,
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(lead, fc.nat(255)), { maxLength: 60 }), (numbers) => {
      const bytes = Uint8Array.from(numbers);
      t.is(utf8Decode(bytes), decoder.decode(bytes));
    }),
    { numRuns: 2_000 },
  );
});

test('a text longer than a stack holds arguments is decoded whole', (t) => {
  const text = 'vTask ☁ '.repeat(50_000);
  t.is(utf8Decode(encoder.encode(text)), text);
});
