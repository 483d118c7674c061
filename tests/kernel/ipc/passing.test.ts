import test from 'ava';
import fc from 'fast-check';
import {
  isIpc,
  passingFramesOf,
  readPassingFromPeer,
  writePassing,
  writePassingToPeer,
} from '#kernel/ipc/passing.ts';
import { framesOf } from '#kernel/lane/port.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { loadPackages } from '#posiv-wit/generate/sources.ts';
import { readPeerFrame, writeFrame, writePeerFrame } from '#posiv-wit/generated/wire.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { valuesOf } from '#tests/posiv-wit/values.ts';

const definition = loadPackages()
  .find(({ name }) => name === 'wire')!
  .interfaces.flatMap(({ types }) => types)
  .find(({ name }) => name === 'frame')!;
const anyFrame = valuesOf({ kind: 'named', definition }) as fc.Arbitrary<Frame>;

function writtenBy(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer(1);
  write(writer);
  return writer.take();
}

function encodingOf(frames: readonly Frame[]): Uint8Array {
  return writtenBy((writer) => {
    for (const frame of frames) writeFrame(writer, frame);
  });
}

/** What becomes of a post on its way through a node. */
function passedOn(bytes: Uint8Array): Uint8Array {
  return writtenBy((writer) => {
    for (const frame of passingFramesOf(bytes)) writePassing(writer, frame);
  });
}

test('what a node passes on are the bytes that came, in their order', (t) => {
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 5 }), (frames) => {
      const bytes = encodingOf(frames);
      t.deepEqual(passedOn(bytes), bytes);
    }),
    { numRuns: 300 },
  );
});

test('what a node refuses to read it does not pass on, and what it passes on it would write itself', (t) => {
  const frame = anyFrame.filter(isIpc);
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255) });
  let refused = 0;
  fc.assert(
    fc.property(frame, fc.array(change, { maxLength: 3 }), fc.nat(3), (good, changes, cut) => {
      const bytes = encodingOf([good]).slice(0, -cut || undefined);
      for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
      let read: Frame[];
      try {
        read = [...framesOf(bytes)];
      } catch {
        refused += 1;
        t.throws(() => passedOn(bytes), { code: 'malformed-value' });
        return;
      }
      t.deepEqual(passedOn(bytes), encodingOf(read));
    }),
    { numRuns: 1_000 },
  );
  t.true(refused > 100, `${refused} were refused`);
});

test('between nodes a frame that is passed on is what it would be if it were written', (t) => {
  fc.assert(
    fc.property(anyFrame, fc.string(), (frame, tenant) => {
      const written = writtenBy((writer) => writePeerFrame(writer, { tenant, frame }));
      const [passing] = passingFramesOf(encodingOf([frame]));
      t.deepEqual(
        writtenBy((writer) => writePassingToPeer(writer, tenant, passing!)),
        written,
      );
      const came = readPassingFromPeer(written);
      t.deepEqual(
        writtenBy((writer) => writePeerFrame(writer, came)),
        written,
      );
      t.deepEqual(readPeerFrame(new Reader(written)), { tenant, frame });
      t.deepEqual(
        writtenBy((writer) => writePassing(writer, came.frame)),
        encodingOf([frame]),
      );
    }),
    { numRuns: 300 },
  );
});

test('a frame of another node with something after it is refused', (t) => {
  const frame: Frame = { tag: 'withdraw', val: { caller: 'a', target: 'b', id: 1 } };
  const bytes = writtenBy((writer) => writePeerFrame(writer, { tenant: 'c', frame }));
  t.throws(() => readPassingFromPeer(new Uint8Array([...bytes, 0])), { code: 'malformed-value' });
  t.throws(() => readPassingFromPeer(bytes.subarray(1)), { code: 'malformed-value' });
});
