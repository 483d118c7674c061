import test from 'ava';
import { framed, FrameReader } from '#services/machine/network/frame-stream.ts';

function frame(length: number, fill: number): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

function reader() {
  const got: Uint8Array[] = [];
  return { got, reader: new FrameReader((each) => got.push(new Uint8Array(each))) };
}

test('frames come out as they were written, wherever the stream was cut', (t) => {
  const frames = [frame(14, 1), frame(60, 2), frame(1_522, 3)];
  const stream = Buffer.concat(frames.map(framed));
  for (const step of [1, 7, 61, stream.length]) {
    const { got, reader: each } = reader();
    for (let at = 0; at < stream.length; at += step)
      t.true(each.push(stream.subarray(at, at + step)));
    t.deepEqual(got, frames);
  }
});

test('frames too short or too long for a wire are left out, and what follows is read', (t) => {
  const { got, reader: each } = reader();
  const sent = [frame(0, 1), frame(13, 1), frame(1_523, 1), frame(69_632, 1), frame(64, 9)];
  t.true(each.push(Buffer.concat(sent.map(framed))));
  t.deepEqual(got, [frame(64, 9)]);
});

test('a length that QEMU never sends ends the stream, and takes no memory', (t) => {
  const { got, reader: each } = reader();
  t.false(each.push(Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3])));
  t.deepEqual(got, []);
});
