import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { Metric } from '../../bench/report/metric.ts';

const RUN = fileURLToPath(new URL('../../bench/run.ts', import.meta.url));

function bench(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [RUN, ...args], (_error, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test('--help names every bench and has examples', async (t) => {
  const { status, stdout } = await bench('--help');
  t.is(status, 0);
  for (const name of ['rpc', 'wordcount', 'spawn', 'start', 'rewrite', 'store', 'all', 'Examples:'])
    t.true(stdout.includes(name), name);
});

for (const [title, args, message] of [
  ['an unknown bench', ['nonesuch'], /no bench is named 'nonesuch', only rpc, .*all/],
  ['the name of what every object has', ['toString'], /no bench is named 'toString'/],
  ['no bench', [], /NAME is missing/],
  ['two benches', ['rpc', 'store'], /one bench at a time, not also store/],
  ['an unknown option', ['rpc', '--long'], /'--long'/],
] as const) {
  test(`${title} is refused with status 2 and what to do`, async (t) => {
    const { status, stdout, stderr } = await bench(...args);
    t.is(status, 2);
    t.is(stdout, '');
    t.regex(stderr, message);
    t.regex(stderr, /--help/);
  });
}

test('a short run of a bench measures, and writes what it says as JSON', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'store.json');
  const { status, stdout, stderr } = await bench('store', '--short', '--json', file);
  t.is(status, 0, stderr);
  const report = JSON.parse(await readFile(file, 'utf8')) as {
    machine: object;
    short: boolean;
    metrics: Metric[];
  };
  t.true(report.short);
  t.deepEqual(Object.keys(report.machine), ['cores', 'memoryGb', 'node']);
  t.is(report.metrics.length, 3);
  for (const { name, unit, value, baseline, ratio, n } of report.metrics) {
    t.true(stdout.includes(name), name);
    t.is(unit, 'MB/s');
    t.is(n, 1);
    t.true(value > 0);
    t.is(ratio, value / baseline!.value!);
  }
});
