import test from 'ava';
import { Histogram } from '#kernel/metrics/histogram.ts';
import { counter, gauge, histogram } from '#node/metrics/metric.ts';
import { openMetricsText } from '#node/metrics/open-metrics.ts';

test('metrics are written as OpenMetrics wants them', (t) => {
  const times = new Histogram();
  times.add(3);
  const text = openMetricsText([
    counter('frames', 'Frames.', [
      [{ kind: 'a "quoted" \\ one\n' }, 3],
      [{ kind: 'b', from: 'lane' }, 4],
    ]),
    gauge('up', 'Whether.', [[{}, 0.5]]),
    histogram('time_seconds', 'Times.', [[{ to: 'lane' }, times]]),
  ]);
  const lines = text.split('\n');
  t.deepEqual(lines.slice(0, 7), [
    '# TYPE frames counter',
    '# HELP frames Frames.',
    'frames_total{kind="a \\"quoted\\" \\\\ one\\n"} 3',
    'frames_total{kind="b",from="lane"} 4',
    '# TYPE up gauge',
    '# HELP up Whether.',
    'up 0.5',
  ]);
  t.true(lines.includes('time_seconds_bucket{to="lane",le="0.002"} 0'));
  t.true(lines.includes('time_seconds_bucket{to="lane",le="0.005"} 1'));
  t.true(lines.includes('time_seconds_bucket{to="lane",le="+Inf"} 1'));
  t.true(lines.includes('time_seconds_count{to="lane"} 1'));
  t.true(lines.includes('time_seconds_sum{to="lane"} 0.003'));
  t.deepEqual(lines.slice(-2), ['# EOF', '']);
});
