import test from 'ava';
import { openProgress } from '#cli/output/progress.ts';
import { table } from '#cli/output/table.ts';
import {
  formatAge,
  formatBytes,
  formatDuration,
  parseCount,
  parseSize,
} from '#cli/output/units.ts';

test('bytes are shown in the largest unit that leaves a whole number before the point', (t) => {
  const shown = [0, 1023, 1024, 1536, 1024 ** 2 * 256, 1024 ** 4 * 5000].map(formatBytes);
  t.deepEqual(shown, ['0 B', '1023 B', '1.0 KiB', '1.5 KiB', '256 MiB', '5000 TiB']);
});

test('durations are shown in the two largest units', (t) => {
  const shown = [0.4, 999, 3_400, 59_960, 125_000, 3 * 3_600_000 + 120_000, 90_000_000].map(
    formatDuration,
  );
  t.deepEqual(shown, ['0 ms', '999 ms', '3.4 s', '1 min 0 s', '2 min 5 s', '3 h 2 min', '1 d 1 h']);
});

test('an age is shown by the clock of the node, and one in the future as what it is', (t) => {
  const now = 100_000_000;
  const shown = [now - 3_400, now, now + 900, now + 86_400_000].map((at) => formatAge(at, now));
  t.deepEqual(shown, ['3.4 s', '0 ms', '0 ms', 'in 1 d 0 h']);
});

test('a size is read with or without a unit, and refused where it is none', (t) => {
  const size = parseSize('--memory');
  t.deepEqual(
    ['65536', '64K', '64KiB', '64 kb', '1.5G', '0'].map(size),
    [65_536, 65_536, 65_536, 65_536, 1_610_612_736, 0],
  );
  for (const text of ['', '-1', '1X', 'K', '1e9', '9999999T']) {
    t.throws(() => size(text), { code: 'usage', message: /--memory is .*; give bytes/ });
  }
});

test('a count is a whole number within its range', (t) => {
  const count = parseCount('--maps', 1, 10);
  t.is(count('10'), 10);
  for (const text of ['0', '11', '1.5', '-1', '', ' 1', '1e0'])
    t.throws(() => count(text), { code: 'usage' });
});

test('the columns of a table are as wide as what is in them, whatever its colour', (t) => {
  const lines = table(
    [{ title: 'A' }, { title: 'COUNT', align: 'right' }],
    [
      ['\u001B[1mlong\u001B[22m', '1'],
      ['b', '1234567'],
    ],
  );
  t.is(lines, 'A       COUNT\n\u001B[1mlong\u001B[22m        1\nb     1234567\n');
});

test('away from a terminal, progress is a line a quarter', (t) => {
  const lines: string[] = [];
  const stream = { isTTY: false, write: (line: string) => lines.push(line) };
  const progress = openProgress({ label: 'map', stream: stream as unknown as NodeJS.WriteStream });
  for (let done = 0; done <= 100; done += 10) progress.update(done, 100, 'splits');
  progress.stop();
  progress.update(100, 100);
  t.deepEqual(lines, [
    'map: 0 of 100, splits\n',
    'map: 30 of 100, splits\n',
    'map: 50 of 100, splits\n',
    'map: 80 of 100, splits\n',
    'map: 100 of 100, splits\n',
  ]);
});
