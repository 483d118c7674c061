import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { ProgressFile } from './progress-file.ts';
import type { Report } from './simulate.ts';
import { nothingYet, Tally, type Totals } from './tally.ts';

function reportOf(seed: number, faults: readonly string[] = []): Report {
  const hash = `hash of ${seed}`;
  return {
    seed,
    faults,
    hash,
    events: seed,
    forMs: 36_000,
    operations: 10,
    mustRun: 0,
    decisions: 0,
  };
}

function totalsOf(first: number, reports: readonly Report[], from = nothingYet(first)): Totals {
  const tally = new Tally(from);
  for (const report of reports) tally.add(report);
  return tally.totals;
}

test('the digest of some seeds is the same in whichever order they end, and another if one of them ran otherwise', (t) => {
  const [one, two, three] = [reportOf(1), reportOf(2), reportOf(3)];
  const totals = totalsOf(1, [one, two, three]);
  t.deepEqual(totalsOf(1, [three, one, two]), totals);
  t.not(totalsOf(1, [one, { ...two, hash: 'other' }, three]).digest, totals.digest);
});

test('a seed counts once all before it are over', (t) => {
  const tally = new Tally(nothingYet(5));
  tally.add(reportOf(6, ['something']));
  t.is(tally.totals.seeds, 0);
  tally.add(reportOf(5));
  const { seeds, next, failing, operations, simulatedMs } = tally.totals;
  t.deepEqual([seeds, next, failing, operations, simulatedMs], [2, 7, [6], 20, 72_000]);
});

test('a run that goes on from its file comes to the same as one that was not ended', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vstar-progress-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const options = { nodes: 3 };
  const open = () => new ProgressFile(join(folder, 'progress.json'), options);
  const begun = open().load(1);
  t.deepEqual(begun, nothingYet(1));
  open().save(totalsOf(1, [reportOf(1), reportOf(2)], begun));
  const went = totalsOf(1, [reportOf(3)], open().load(1));
  t.deepEqual(went, totalsOf(1, [reportOf(1), reportOf(2), reportOf(3)]));
});

test('the file of a run with other options is refused', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vstar-progress-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'progress.json');
  new ProgressFile(path, { nodes: 3 }).save(nothingYet(1));
  t.throws(() => new ProgressFile(path, { nodes: 5 }).load(1), { message: /other options/ });
});
