import { fileURLToPath } from 'node:url';
import test from 'ava';
import { encode } from 'cborg';
import fc from 'fast-check';
import { CoreTask } from '#tests/services/mapreduce/support/core-task.ts';
import { MemoryVStore } from '#tests/services/mapreduce/support/memory-vstore.ts';
import { shippedImage } from '#tests/services/mapreduce/support/images.ts';

let task: CoreTask;

test.before(async () => {
  const source = fileURLToPath(new URL('fixtures/cbor-echo.c', import.meta.url));
  const module = await WebAssembly.compile((await shippedImage('hello-c', source)) as BufferSource);
  task = new CoreTask(module, new MemoryVStore(), []);
});

const uint = fc.oneof(
  fc.nat(),
  fc.nat({ max: 300 }),
  fc.maxSafeNat(),
  fc.constantFrom(0, 23, 24, 255, 256, 65_535, 65_536),
);
const record = fc.record({
  number: uint,
  flag: fc.boolean(),
  text: fc.string({ unit: 'grapheme' }),
  bytes: fc.uint8Array({ maxLength: 400 }),
  list: fc.array(uint, { maxLength: 40 }),
});

test('what cborg writes is read and written again, among fields that nobody asked for', async (t) => {
  const extra = fc.dictionary(fc.stringMatching(/^x[a-z]{0,5}$/), fc.jsonValue(), { maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(record, extra, async (fields, more) => {
      const answer = await task.ask('echo', { ...more, ...fields });
      t.deepEqual(encode(answer), encode(fields));
    }),
    { numRuns: 300 },
  );
});

test('no payload, however malformed, makes the reader leave it', async (t) => {
  const whole = record.map((fields) => encode(fields));
  const cut = fc.tuple(whole, fc.nat(), fc.nat(), fc.nat(255)).map(([bytes, at, end, value]) => {
    const broken = bytes.slice(0, 1 + (end % bytes.length));
    broken[at % broken.length] = value;
    return broken;
  });
  const payload = fc.oneof(cut, fc.uint8Array({ maxLength: 60 }));
  await fc.assert(
    fc.asyncProperty(payload, async (bytes) => {
      const end = await task.askBytes('echo', bytes);
      t.true(end.ok || end.error === 'malformed');
    }),
    { numRuns: 3_000 },
  );
});

test('nesting deeper than a stack holds is refused, not followed', async (t) => {
  const deep = new Uint8Array(100_000).fill(0x81); // an array of an array of ...
  t.deepEqual(await task.askBytes('echo', Uint8Array.of(0xa1, 0x61, 0x78, ...deep)), {
    ok: false,
    error: 'malformed',
  });
});
