import test from 'ava';
import { plot } from '../../../bench/report/plot.ts';

test('a line goes from the origin to the far corner where its last point has the most of both', (t) => {
  const picture = plot({
    title: 'a < b & c',
    x: 'machines',
    y: 'seconds',
    lines: [
      {
        name: 'ours',
        points: [
          [0, 0],
          [100, 5],
          [200, 10],
        ],
      },
      { name: '', points: [[50, 5]] },
    ],
  });
  const lines = [...picture.matchAll(/<path d="M([^"]+)" fill="none" stroke="([^"]+)"/g)];
  t.deepEqual(
    lines.map(([, path, stroke]) => [path, stroke]),
    [
      ['64.0 368.0L337.0 204.0L610.0 40.0', '#1f77b4'],
      ['200.5 204.0', '#1f77b4'],
    ],
  );
  t.true(picture.includes('a &#60; b &#38; c'));
  t.deepEqual(
    [...picture.matchAll(/text-anchor="middle"[^>]*>([^<]+)</g)].map(([, words]) => words),
    ['0', '40', '80', '120', '160', '200', 'machines'],
  );
});

test('nothing that was seen is a picture all the same', (t) => {
  t.notRegex(plot({ title: '', x: '', y: '', lines: [{ name: 'none', points: [] }] }), /NaN/);
});
