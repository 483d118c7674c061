import test from 'ava';
import fc from 'fast-check';
import { decodeUtf8 } from '#posiv-wit/codec/utf8.ts';

const encoder = new TextEncoder();

test('a string is decoded as it is now, whatever was there before', (t) => {
  // Of few characters, so that many fall into the same place.
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '€', '😀'), maxLength: 70 });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), fc.nat(3), (words, offset) => {
      for (const text of words) {
        const bytes = encoder.encode(`${'x'.repeat(offset)}${text}y`);
        t.is(decodeUtf8(bytes, offset, bytes.length - 1), text);
        t.is(decodeUtf8(bytes, offset, bytes.length - 1), text);
      }
    }),
  );
});

test('memory that has changed in between is not taken for what it was', (t) => {
  const bytes = encoder.encode('dgwptye6o7sy4cgsahwo7wtzcwhwn5azt45jvargly');
  const before = decodeUtf8(bytes, 0, bytes.length);
  for (const at of [0, 20, 41]) {
    bytes[at] = bytes[at]! ^ 1;
    t.is(decodeUtf8(bytes, 0, bytes.length), new TextDecoder().decode(bytes));
    bytes[at] = bytes[at] ^ 1;
  }
  t.is(decodeUtf8(bytes, 0, bytes.length), before);
  bytes[3] = 0xff;
  t.throws(() => decodeUtf8(bytes, 0, bytes.length), { instanceOf: TypeError });
});
