import test from 'ava';
import { cpuOfTimes } from '../../bench/process/command.ts';
import { optionalBaseline, whereInstalled } from '../../bench/installed.ts';
import { interleave } from '../../bench/interleave.ts';
import { metric } from '../../bench/report/metric.ts';
import { median, percentile } from '../../bench/report/statistics.ts';
import { number, table } from '../../bench/report/table.ts';

test('the median of an even number of samples lies between the two in the middle', (t) => {
  t.is(median([4, 1, 3, 2]), 2.5);
  t.is(median([9, 1, 5]), 5);
});

test('a percentile is a sample by its nearest rank', (t) => {
  const samples = Array.from({ length: 100 }, (_, at) => 100 - at);
  t.is(percentile(samples, 0.5), 50);
  t.is(percentile(samples, 0.99), 99);
  t.is(percentile([7], 0.99), 7);
});

test('statistics of nothing are refused', (t) => {
  t.throws(() => median([]), { instanceOf: RangeError });
  t.throws(() => percentile([], 0.5), { instanceOf: RangeError });
});

test('a metric has the median of its runs over that of its baseline', (t) => {
  const baseline = { name: 'bare', samples: [2, 1, 3] };
  t.deepEqual(metric({ name: 'time', unit: 's', samples: [5, 4, 9], baseline }), {
    name: 'time',
    unit: 's',
    value: 5,
    best: 4,
    baseline: { name: 'bare', value: 2 },
    ratio: 2.5,
    n: 3,
  });
});

test('the best of a rate is the most', (t) => {
  t.is(metric({ name: 'rate', unit: '1/s', samples: [5, 4, 9], rate: true }).best, 9);
});

test('a baseline that was not run has no value and no ratio', (t) => {
  const baseline = { name: 'C (not run: install gcc)', samples: [] };
  const made = metric({ name: 'time', unit: 's', samples: [5], baseline });
  t.deepEqual(made.baseline, { name: 'C (not run: install gcc)', value: null });
  t.is(made.ratio, null);
  t.regex(table([made]), /C \(not run: install gcc\) \| - /);
});

test('every row of a table is as wide as the others', (t) => {
  const rows = table([
    metric({ name: 'a', unit: 'us', samples: [1] }),
    metric({ name: 'a longer name', unit: 'MB/s', samples: [123_456] }),
  ]).split('\n');
  t.is(new Set(rows.map((row) => row.length)).size, 1);
  t.is(rows.length, 4);
});

test('numbers have three digits that count and no exponent', (t) => {
  t.deepEqual([0.012_345, 1.234_5, 12.345, 123_456].map(number), [
    '0.0123',
    '1.23',
    '12.3',
    '123,456',
  ]);
});

test('contestants run by turns, and the first round is not counted', async (t) => {
  const order: string[] = [];
  const contestant = (name: string) => async (): Promise<number> => order.push(name);
  const results = await interleave(2, [contestant('a'), contestant('b')]);
  t.is(order.join(''), 'ababab');
  t.deepEqual(results, [
    [3, 5],
    [4, 6],
  ]);
});

test("the CPU time of a command is that of the shell's children, user and system", (t) => {
  t.is(cpuOfTimes('4711\n0m0.010000s 0m0.020000s\n1m2.500000s 0m0.250000s\n'), 62.75);
});

test('a program that is not there is no failure, another error is one', async (t) => {
  const failing = (code: string) => async () => {
    throw Object.assign(new Error('no'), { code });
  };
  t.is(await whereInstalled(failing('ENOENT')), undefined);
  await t.throwsAsync(whereInstalled(failing('EACCES')), { code: 'EACCES' });
});

test('a baseline that is not installed has no samples, and a name that says what it needs', (t) => {
  const runc = { name: 'runc', install: 'apt install runc' };
  t.deepEqual(optionalBaseline(runc, [1, 2]), { name: 'runc', samples: [1, 2] });
  t.deepEqual(optionalBaseline(runc, [undefined, undefined]), {
    name: 'runc (not run: apt install runc)',
    samples: [],
  });
});
