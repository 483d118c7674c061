import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { counter, gauge } from '#node/metrics/metric.ts';
import type { Metric } from '#posiv-wit/generated/admin.ts';

const LOOK_EVERY_MS = 20;

/** What the node's process uses, and how late its event loop is, through which every message passes. Its owner disposes of it. */
export class ProcessMetrics implements Disposable {
  readonly #delay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });

  read(): readonly Metric[] {
    this.#delay.enable(); // it wakes the process: not before somebody asks
    const { user, system } = process.cpuUsage();
    const late = (percent: number): number =>
      Math.max(0, this.#delay.percentile(percent) / 1e9 - LOOK_EVERY_MS / 1_000);
    const { active, idle } = performance.eventLoopUtilization();
    return [
      counter('process_cpu_seconds', 'Processor time of the process of the node.', [
        [{}, (user + system) / 1e6],
      ]),
      gauge('process_resident_memory_bytes', 'Its memory.', [[{}, process.memoryUsage.rss()]]),
      counter('vstar_event_loop_seconds', 'Time of its event loop, busy and idle.', [
        [{ state: 'busy' }, active / 1_000],
        [{ state: 'idle' }, idle / 1_000],
      ]),
      gauge(
        'vstar_event_loop_late_seconds',
        'How late the event loop was since this was first asked for.',
        [
          [{ quantile: '0.5' }, late(50)],
          [{ quantile: '0.99' }, late(99)],
          [{ quantile: '1' }, late(100)],
        ],
      ),
    ];
  }

  [Symbol.dispose](): void {
    this.#delay.disable();
  }
}
