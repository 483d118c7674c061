import test from 'ava';
import fc from 'fast-check';
import {
  isPassing,
  passing,
  passingFramesOf,
  readPassingFromPeer,
  wholeOf,
  writePassing,
  writePassingToPeer,
  type PassingFrame,
} from '#kernel/ipc/passing.ts';
import { framesOf } from '#kernel/lane/port.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { loadPackages } from '#posiv-wit/generate/sources.ts';
import { readPeerFrame, writeFrame, writePeerFrame } from '#posiv-wit/generated/wire.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { err, ok } from '#posiv-wit/result.ts';
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
  const frame = anyFrame.filter((each) => isPassing(passing(each)));
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

test('a node knows of a frame of ipc which it is, both ends, and its id', (t) => {
  const known = (frame: Frame): unknown[] => {
    const { tag, sender, target, id } = passing(frame) as PassingFrame;
    return [tag, sender, target, id];
  };
  const [a, b, none] = ['a', 'b', new Uint8Array()];
  const answer = { caller: a, id: 7, target: b };
  const sent = { target: b, id: 7, identity: 'go', remainingMs: 9 };
  const request: Frame = { tag: 'request', val: { ...sent, caller: a, args: none, chain: [a, b] } };
  t.deepEqual(known(request), ['request', a, b, 7]);
  t.deepEqual(wholeOf(passing(request)), request);
  t.deepEqual(known({ tag: 'message', val: { ...sent, sender: a, body: none } }), [
    'message',
    a,
    b,
    7,
  ]);
  t.deepEqual(known({ tag: 'withdraw', val: { caller: a, target: b, id: 7 } }), [
    'withdraw',
    a,
    b,
    7,
  ]);
  for (const tag of ['parked', 'room'] as const)
    t.deepEqual(known({ tag, val: answer }), [tag, b, a, 7]);
  for (const outcome of [ok(none), err({ tag: 'other', val: 'x' } as const)])
    t.deepEqual(known({ tag: 'answer', val: { ...answer, outcome } }), ['answer', b, a, 7]);
});

test('between nodes a frame that is passed on is what it would be if it were written', (t) => {
  fc.assert(
    fc.property(anyFrame, fc.string(), (frame, tenant) => {
      const written = writtenBy((writer) => writePeerFrame(writer, { tenant, frame }));
      const [first] = passingFramesOf(encodingOf([frame]));
      t.deepEqual(
        writtenBy((writer) => writePassingToPeer(writer, tenant, first!)),
        written,
      );
      const came = readPassingFromPeer(written);
      t.deepEqual(
        { tenant: came.tenant, frame: isPassing(came.frame) ? wholeOf(came.frame) : came.frame },
        { tenant, frame },
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
