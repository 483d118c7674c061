import test from 'ava';
import fc from 'fast-check';
import { parseJobSpec } from '../../../services/mapreduce/guests/job-spec.ts';
import { planSplits, splitSizeFor } from '../../../services/mapreduce/guests/split.ts';
import { SplitQueue } from '../../../services/mapreduce/guests/split-queue.ts';

const MIB = 1 << 20;
const input = (size: number, path = '/in') => ({ path, blob: `blob of ${path}`, size });

test('splits cover every input exactly once, whatever their size', (t) => {
  const sizes = fc.array(fc.nat(5_000), { maxLength: 6 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 2_000 }), (lengths, size) => {
      const inputs = lengths.map((length, index) => input(length, `/in-${index}`));
      const splits = planSplits(inputs, size, () => []);
      for (const each of inputs) {
        let at = 0;
        for (const { offset, size: length } of splits.filter(({ input: of }) => of === each)) {
          t.is(offset, at);
          t.true(length >= 1 && length <= size);
          at += length;
        }
        t.is(at, each.size);
      }
      t.deepEqual(
        splits.map(({ number }) => number),
        splits.map((_, index) => index),
      );
    }),
  );
});

test('a split names the nodes that hold its bytes, the one with the most of them first', (t) => {
  const extents = [
    { offset: 0, size: 100, nodes: ['a', 'b'] },
    { offset: 100, size: 50, nodes: ['b'] },
    { offset: 150, size: 100, nodes: ['c', 'a'] },
  ];
  const splits = planSplits([input(250)], 125, () => extents);
  t.deepEqual(
    splits.map(({ nodes }) => nodes),
    [
      ['b', 'a'],
      ['c', 'a', 'b'],
    ],
  );
});

test('of the nodes that hold all of a split the one comes first that has what is behind it, too', (t) => {
  const stripe = 16 * MIB;
  const dealt = [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'a'],
    ['a', 'b'],
  ];
  const extents = dealt.map((nodes, index) => ({ offset: index * stripe, size: stripe, nodes }));
  const of = (size: number): string[][] =>
    planSplits([input(4 * stripe)], size, () => extents).map(({ nodes }) => nodes);
  t.deepEqual(of(stripe), [
    ['b', 'a'],
    ['c', 'b'],
    ['a', 'c'],
    ['a', 'b'],
  ]);
  t.deepEqual(of(stripe / 2).slice(0, 4), [
    ['a', 'b'],
    ['b', 'a'],
    ['b', 'c'],
    ['c', 'b'],
  ]);
});

test('a vTask is given a split whose bytes are on its node before any other, and each only once', (t) => {
  const queue = new SplitQueue();
  const extents = [
    { offset: 0, size: 2, nodes: ['a'] },
    { offset: 2, size: 2, nodes: ['b'] },
  ];
  const splits = planSplits([input(4)], 1, () => extents);
  for (const split of splits) queue.put(split);
  const taken = ['b', 'a', 'b', 'b', 'c'].map((node) => queue.take(node, () => 0));
  t.deepEqual(
    taken.slice(0, 3).map((split) => split?.nodes[0]),
    ['b', 'a', 'b'],
  );
  t.is(taken[3]?.nodes[0], 'a');
  t.is(taken[4], undefined);
  t.is(new Set(taken.slice(0, 4)).size, 4);
  t.is(queue.size, 0);
});

test('a vTask takes the splits of another node only where more wait than that node comes to soon', (t) => {
  const queue = new SplitQueue();
  const extents = [
    { offset: 0, size: 2, nodes: ['a'] },
    { offset: 2, size: 3, nodes: ['b'] },
  ];
  for (const split of planSplits([input(5)], 1, () => extents)) queue.put(split);
  const busy = (node: string) => (node === 'c' ? 0 : 2);
  t.is(queue.take('c', busy)?.nodes[0], 'b'); // three wait there
  t.is(queue.take('c', busy), undefined);
  t.is(queue.take('c', (node) => (node === 'a' ? 1 : 2))?.nodes[0], 'a');
  t.is(queue.size, 3);
});

test('splits are whole chunks of one stripe, several for each vTask that runs at a time', (t) => {
  const spec = parseJobSpec(['--input', '/in', '--output', '/out']);
  t.is(splitSizeFor(spec, 1_000_000_000, 6), 16 * MIB);
  t.is(splitSizeFor(spec, 1_000, 6), MIB);
  t.is(splitSizeFor(spec, 100_000_000, 6), MIB);
  t.is(splitSizeFor(spec, 1e12, 6), 16 * MIB);
  t.is(splitSizeFor({ ...spec, splitSize: 7 }, 1e12, 6), 7);
});

test('a job may be given as JSON or as flags', (t) => {
  const flags = ['--inputs', '/a,/b', '--output', '/out', '--split-size', '16M', '--maps', '9'];
  const json = { inputs: ['/a', '/b'], output: '/out', splitSize: 16 * MIB, maps: 9 };
  t.deepEqual(parseJobSpec(flags), parseJobSpec([JSON.stringify(json)]));
});

for (const [cmd, message] of [
  [[], /inputs: name at least one path/],
  [['--input', '/a'], /output: '' is no path/],
  [['--input', '/a', '--output', 'out'], /output: 'out' is no path/],
  [['--input', '/a', '--output'], /'--output' is no flag with a value/],
  [['--input', '/a', '--output', '/o', '--maps', '-1'], /maps: "-1" is not a number from 0/],
  [['--input', '/a', '--output', '/o', '--reduces', '5000'], /reduces: "5000" .* to 4096/],
  [['--input', '/a', '--output', '/o', '--speed', '9'], /'speed' is no field of a job/],
  [['{"inputs":'], /the job is no JSON/],
  [['{"inputs":"/a","output":"/o"}'], /inputs: "\/a" has the wrong type/],
  [['{"inputs":["/a"],"output":"/o","maps":1.5}'], /maps: 1.5 is not a number/],
] as const) {
  test(`a job that says ${cmd.join(' ') || 'nothing'} is refused before anything is made`, (t) => {
    t.throws(() => parseJobSpec(cmd), { code: 'bad-job', message });
  });
}
