import test from 'ava';
import fc from 'fast-check';
import { FrameDecoder } from '#p2p/frame-decoder.ts';
import { frameOf } from './support/raw-peer.ts';

test('frames come out as they went in, wherever the stream is cut', (t) => {
  const frames = fc.array(fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 300 })), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(
      frames,
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }),
      (sent, cuts) => {
        const got: [number, Uint8Array][] = [];
        const decoder = new FrameDecoder(1_000, (kind, body) => got.push([kind, body.slice()]));
        const stream = Buffer.concat(sent.map(([kind, body]) => frameOf(kind, body)));
        for (let at = 0, cut = 0; at < stream.length; cut++) {
          const end = at + (cuts[cut % cuts.length] ?? 1);
          decoder.push(Uint8Array.from(stream.subarray(at, end)));
          at = end;
        }
        t.deepEqual(got, sent);
      },
    ),
  );
});

test('a frame in one chunk is a view of it', (t) => {
  const chunk = frameOf(1, Uint8Array.of(1, 2, 3));
  let buffer: ArrayBufferLike | undefined;
  new FrameDecoder(10, (_kind, body) => {
    buffer = body.buffer;
  }).push(chunk);
  t.is(buffer, chunk.buffer);
});

test('two mebibytes in single bytes are put together in linear time and twice the memory', (t) => {
  const size = 2 * 1024 * 1024;
  let got = 0;
  const decoder = new FrameDecoder(size, (_kind, body) => {
    got = body.buffer.byteLength;
  });
  const byte = Uint8Array.of(0);
  decoder.push(Uint8Array.of(0, 0, 32, 0, 7));
  const start = performance.now();
  for (let at = 0; at < size; at++) decoder.push(byte);
  t.is(got, size);
  t.true(performance.now() - start < 5_000); // quadratic copying would take minutes
});

test('an announced length takes no memory before the bytes come', (t) => {
  const decoders = Array.from({ length: 2_000 }, () => new FrameDecoder(2 ** 21, () => undefined));
  const before = process.memoryUsage().arrayBuffers;
  for (const decoder of decoders) decoder.push(Uint8Array.of(0, 0, 32, 0, 7, 1));
  t.true(process.memoryUsage().arrayBuffers - before < 2_000 * 128 * 1024);
});

test('a frame longer than the limit throws', (t) => {
  const decoder = new FrameDecoder(2, () => t.fail());
  t.throws(() => decoder.push(Uint8Array.of(3, 0, 0, 0, 1)), { code: 'frame-too-large' });
});

test('after stop nothing is decoded, not even the rest of the chunk', (t) => {
  let count = 0;
  const decoder = new FrameDecoder(10, () => {
    count++;
    decoder.stop();
  });
  decoder.push(Buffer.concat([frameOf(1, Uint8Array.of(1)), frameOf(1, Uint8Array.of(2))]));
  t.is(count, 1);
});
