import test from 'ava';
import { MAX_MAP_BYTES, PIECE_BYTES, PieceMap } from '#services/machine/images/piece-map.ts';

const KIB = 1_024;

test('where bytes are is what the pieces that there are say, byte by byte', (t) => {
  const there = [true, true, false, false, true, false, true];
  const size = 6 * PIECE_BYTES + 3 * KIB;
  const map = PieceMap.parse(PieceMap.of(size, Uint8Array.from(there, Number)).toText());
  t.is(map.size, size);
  t.is(map.blobBytes, 4 * PIECE_BYTES);
  const place = (offset: number): number | undefined => {
    const piece = Math.floor(offset / PIECE_BYTES);
    if (!there[piece]) return undefined;
    const before = there.slice(0, piece).filter(Boolean).length;
    return before * PIECE_BYTES + (offset % PIECE_BYTES);
  };
  const steps = [0, 1, KIB, PIECE_BYTES - 1, PIECE_BYTES, 2 * PIECE_BYTES + 5, size - 512];
  for (const offset of steps)
    for (const length of [1, 512, PIECE_BYTES, 3 * PIECE_BYTES + 7, size]) {
      const end = Math.min(size, offset + length);
      let at = offset;
      for (const extent of map.extents(offset, end - offset)) {
        t.is(extent.at, place(at), `${offset}+${length} at ${at}`);
        if (extent.at !== undefined)
          t.is(place(at + extent.bytes - 1), extent.at + extent.bytes - 1);
        at += extent.bytes;
      }
      t.is(at, end);
    }
});

test('an image without anything in it has no pieces, and one without holes has all', (t) => {
  const size = 4 * PIECE_BYTES;
  const [empty, full] = [0, 1].map((each) => PieceMap.of(size, new Uint8Array(4).fill(each)));
  t.deepEqual([...empty!.extents(0, size)], [{ bytes: size, at: undefined }]);
  t.deepEqual([...full!.extents(0, size)], [{ bytes: size, at: 0 }]);
  t.deepEqual([empty!.blobBytes, full!.blobBytes], [0, size]);
});

test('an image with more holes than a map has room for keeps its shortest as if they were none', (t) => {
  const pieces = 2 ** 24; // the largest image
  const isThere = new Uint8Array(pieces);
  // Holes of one piece all over its first half, and a few of a thousand behind.
  for (let at = 0; at < pieces / 2; at += 2) isThere[at] = 1;
  for (let at = pieces / 2; at < pieces; at += 100_000) isThere.fill(1, at, at + 99_000);
  const text = PieceMap.of(pieces * PIECE_BYTES, isThere).toText();
  t.true(text.length <= MAX_MAP_BYTES, `${text.length}`);
  const map = PieceMap.parse(text);
  const found = new Uint8Array(pieces);
  for (const { offset, bytes } of map.runs())
    found.fill(1, offset / PIECE_BYTES, (offset + bytes) / PIECE_BYTES);
  t.is(Buffer.compare(found.subarray(pieces / 2), isThere.subarray(pieces / 2)), 0);
  t.is(found.indexOf(0), pieces / 2 + 99_000);
  t.is(map.blobBytes, found.reduce((sum, each) => sum + each, 0) * PIECE_BYTES);
});

test('a map of as many runs as there can be is no longer than one may be', (t) => {
  const pieces = 2 ** 24;
  const isThere = new Uint8Array(pieces);
  for (let run = 0; run < 200_000; run += 1)
    isThere.fill(1, pieces - 80 * (run + 1), pieces - 80 * run - 1);
  const text = PieceMap.of(pieces * PIECE_BYTES, isThere).toText();
  t.is(text.split('],[').length, 200_000);
  t.true(text.length <= MAX_MAP_BYTES, `${text.length}`);
});

test('what is no map is refused', (t) => {
  const good = { version: 1, size: 4 * PIECE_BYTES, runs: [[0, 1]] };
  t.notThrows(() => PieceMap.parse(JSON.stringify(good)));
  const bad: unknown[] = [
    null,
    7,
    {},
    { ...good, version: 2 },
    { ...good, size: 0 },
    { ...good, size: 513 },
    { ...good, size: 2 ** 41 },
    { ...good, size: '65536' },
    { ...good, runs: 'all' },
    { ...good, runs: [[0]] },
    { ...good, runs: [[0, 0]] },
    { ...good, runs: [[-1, 1]] },
    { ...good, runs: [[0.5, 1]] },
    { ...good, runs: [[0, 5]] },
    { ...good, runs: [[2 ** 60, 1]] },
    {
      ...good,
      runs: [
        [2, 1],
        [0, 1],
      ],
    },
    {
      ...good,
      runs: [
        [0, 2],
        [1, 1],
      ],
    },
  ];
  for (const each of [...bad.map((value) => JSON.stringify(value)), '', '{"version"'])
    t.throws(() => PieceMap.parse(each), { code: 'refused' }, each);
});
