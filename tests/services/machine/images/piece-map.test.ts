import test from 'ava';
import { PIECE_BYTES, PieceMap } from '#services/machine/images/piece-map.ts';

const KIB = 1_024;

test('where bytes are is what the pieces that there are say, byte by byte', (t) => {
  const there = [true, true, false, false, true, false, true];
  const size = 6 * PIECE_BYTES + 3 * KIB;
  const map = PieceMap.parse(PieceMap.of(size, there).toText());
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
  const [empty, full] = [false, true].map((each) => PieceMap.of(size, Array(4).fill(each)));
  t.deepEqual([...empty!.extents(0, size)], [{ bytes: size, at: undefined }]);
  t.deepEqual([...full!.extents(0, size)], [{ bytes: size, at: 0 }]);
  t.deepEqual([empty!.blobBytes, full!.blobBytes], [0, size]);
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
