import test from 'ava';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';

const MALFORMED = { code: 'malformed-value' };

function reader(...bytes: number[]): Reader {
  return new Reader(new Uint8Array(bytes));
}

function written(write: (writer: Writer) => void): number[] {
  const writer = new Writer();
  write(writer);
  return [...writer.take()];
}

test('integers are LEB128 in as few bytes as possible', (t) => {
  t.deepEqual(
    written((w) => w.u32(0x7f)),
    [0x7f],
  );
  t.deepEqual(
    written((w) => w.u32(0x80)),
    [0x80, 0x01],
  );
  t.deepEqual(
    written((w) => w.u32(0xffff_ffff)),
    [0xff, 0xff, 0xff, 0xff, 0x0f],
  );
  t.deepEqual(
    written((w) => w.u64(Number.MAX_SAFE_INTEGER)),
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
  );
  t.deepEqual(
    written((w) => w.s32(-1)),
    [0x01],
  );
});

test('an integer in more bytes than it needs is refused', (t) => {
  t.throws(() => reader(0x80, 0x00).u32(), MALFORMED);
  t.throws(() => reader(0xff, 0x80, 0x00).u64(), MALFORMED);
});

test('an integer beyond its type is refused', (t) => {
  t.throws(() => reader(0x80, 0x80, 0x04).u16(), MALFORMED);
  t.throws(() => reader(0xff, 0xff, 0xff, 0xff, 0x10).u32(), MALFORMED);
  t.throws(() => reader(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x10).u64(), MALFORMED);
  t.throws(() => reader(...Array.from({ length: 9 }, () => 0xff), 0x01).u64(), MALFORMED);
  t.throws(() => reader(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f).s64(), MALFORMED);
});

test('a number outside its type is not written', (t) => {
  const writer = new Writer();
  for (const bad of [-1, 1.5, Number.NaN, Infinity, 2 ** 53]) {
    for (const type of ['u8', 'u16', 'u32', 'u64'] as const)
      t.throws(() => writer[type](bad), MALFORMED);
  }
  for (const bad of [0.5, Number.NaN, -Infinity, 2 ** 53]) {
    for (const type of ['s8', 's16', 's32', 's64'] as const)
      t.throws(() => writer[type](bad), MALFORMED);
  }
  t.is(writer.length, 0);
});

test('a boolean is 0 or 1 and nothing else', (t) => {
  t.throws(() => reader(2).bool(), MALFORMED);
});

test('a string that is not UTF-8 is refused', (t) => {
  t.throws(() => reader(2, 0xc3, 0x28).string(), MALFORMED);
  t.throws(() => reader(3, 0xed, 0xa0, 0x80).string(), MALFORMED, 'half of a surrogate pair');
  t.throws(() => reader(2, 0xc1, 0x81).string(), MALFORMED, 'an overlong A');
});

test('a string of any length is written as the general coder has it, whatever room the writer has', (t) => {
  const encoder = new TextEncoder();
  for (const unit of ['a', 'ü', '€', '😀', '\ud800'])
    for (const count of [0, 1, 31, 32, 42, 43, 63, 64, 127, 128, 300])
      for (const room of [1, 200, 1_000]) {
        const text = unit.repeat(count);
        const whole = encoder.encode(text);
        const writer = new Writer(room);
        writer.string(text);
        writer.u8(7);
        const bytes = writer.take();
        const expected = new Writer();
        expected.bytes(whole);
        t.deepEqual([...bytes], [...expected.take(), 7]);
      }
});

test('a string keeps its byte order mark', (t) => {
  const text = '\uFEFFa';
  t.is(reader(...written((w) => w.string(text))).string(), text);
});

test('strings of every length and script come back', (t) => {
  for (const length of [0, 1, 127, 128, 255, 256, 257, 70_000]) {
    for (const character of ['a', 'ä', '漢', '😀']) {
      const text = character.repeat(length);
      t.is(reader(...written((w) => w.string(text))).string(), text);
    }
  }
});

test('a length or a count beyond the bytes that are there is refused at once', (t) => {
  const huge = [0xff, 0xff, 0xff, 0xff, 0x0f];
  t.throws(() => reader(...huge).bytes(), MALFORMED);
  t.throws(() => reader(...huge).string(), MALFORMED);
  t.throws(() => reader(...huge, 0, 0, 0).count(1), MALFORMED);
  t.throws(() => reader(3, 0, 0, 0, 0, 0).count(2), MALFORMED);
});

test('what is left over is refused', (t) => {
  t.throws(() => reader(1).end(), MALFORMED);
  t.notThrows(() => reader().end());
});

test('bytes are a view of what is read from', (t) => {
  const source = new Uint8Array([2, 7, 8]);
  const bytes = new Reader(source).bytes();
  source[1] = 9;
  t.deepEqual([...bytes], [9, 8]);
});

test('take is a copy, view is none, and reset begins anew', (t) => {
  const writer = new Writer(1);
  writer.u8(1);
  writer.bytes(new Uint8Array([2, 3]));
  const taken = writer.take();
  t.deepEqual([...writer.view], [1, 2, 2, 3]);
  writer.reset().u8(9);
  t.deepEqual([...taken], [1, 2, 2, 3]);
  t.deepEqual([...writer.take()], [9]);
});
