import test, { type ExecutionContext } from 'ava';
import { percentile } from '../../../bench/report/statistics.ts';
import { CUT_OFF, detectionTimes, FROZEN, KILLED } from './support/detection-times.ts';

const RUN = { nodes: 16, rounds: 100, seed: 7 }; // p99 is the second slowest

function areWithin(t: ExecutionContext, times: readonly number[], limitMs: number): void {
  const [p50, p99, worst] = [percentile(times, 0.5), percentile(times, 0.99), Math.max(...times)];
  const figures = `p50 ${Math.round(p50)}, p99 ${Math.round(p99)}, worst ${Math.round(worst)} ms`;
  t.log(figures);
  t.true(p99 < limitMs, figures);
}

test('a killed node is known to be unreachable by all of 16 within 500 ms in 99 of 100', (t) => {
  areWithin(t, detectionTimes(KILLED, RUN), 500);
});

test('a frozen node is known to be unreachable by all of 16 within 4 s in 99 of 100', (t) => {
  areWithin(t, detectionTimes(FROZEN, RUN), 4_000);
});

test('a node that is cut off is known to be unreachable by all of 16 within 4 s in 99 of 100', (t) => {
  areWithin(t, detectionTimes(CUT_OFF, RUN), 4_000);
});
