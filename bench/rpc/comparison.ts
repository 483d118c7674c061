import { metric, type Metric } from '../report/metric.ts';
import type { RpcFigures } from './figures.ts';
import type { Measured, System } from './system.ts';

/** What a way is measured beside: its name, with its version or with what it would need; no figures where it was not run. */
export interface Beside {
  readonly name: string;
  readonly figures: readonly RpcFigures[];
}

const FIGURES = [
  { key: 'p50', label: 'p50', unit: 'us', rate: false },
  { key: 'p99', label: 'p99', unit: 'us', rate: false },
  { key: 'messages', label: 'messages, one by one', unit: '1/s', rate: true },
  { key: 'requests', label: '64 in flight', unit: '1/s', rate: true },
  { key: 'stream', label: 'messages, many to one', unit: '1/s', rate: true },
] as const;

/** What each of the systems gave in all rounds, in their order. */
export function besides(
  systems: readonly System[],
  results: readonly (readonly (Measured | undefined)[])[],
): readonly Beside[] {
  return systems.map(({ name, install }, at) => {
    const known = results[at]!.filter((each) => each !== undefined);
    const version = known[0]?.version;
    if (version === undefined) return { name: `${name} (not run: ${install})`, figures: [] };
    return {
      name: version === '' ? name : `${name} (${version})`,
      figures: known.map(({ figures }) => figures),
    };
  });
}

/** Each figure beside each system that has it. One that was not run stands in the first alone, to say so. */
export function metricsOf(
  name: string,
  ours: readonly Measured[],
  others: readonly Beside[],
): Metric[] {
  return FIGURES.flatMap(({ key, label, unit, rate }, at) => {
    const samples = valuesOf(
      ours.map(({ figures }) => figures),
      key,
    );
    if (samples.length === 0) return [];
    return others.flatMap((other): Metric[] => {
      const baseline = { name: other.name, samples: valuesOf(other.figures, key) };
      if (baseline.samples.length === 0 && (other.figures.length > 0 || at > 0)) return [];
      return [metric({ name: `${name}, ${label}`, unit, rate, samples, baseline })];
    });
  });
}

function valuesOf(all: readonly RpcFigures[], key: keyof RpcFigures): number[] {
  return all.map((each) => each[key]).filter((value) => value !== undefined);
}
