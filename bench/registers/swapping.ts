import { percentile } from '../report/statistics.ts';

const VALUE = new Uint8Array(100);

export interface Swapping {
  /** Names the registers, new ones for each run. */
  readonly run: string;
  readonly swaps: number;
  readonly inFlight: number;
}

export interface SwapFigures {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
}

/** Swaps registers from their first version on, each of those in flight one of its own. @param swap false if it did not write */
export async function swapping(
  swap: (key: string, version: number, value: Uint8Array) => Promise<boolean>,
  { run, swaps, inFlight }: Swapping,
): Promise<SwapFigures> {
  const times: number[] = [];
  const each = Math.ceil(swaps / inFlight);
  const one = async (at: number): Promise<void> => {
    for (let version = 0; version < each; version += 1) {
      const began = performance.now();
      if (!(await swap(`bench/${run}/${at}`, version, VALUE)))
        throw new Error('somebody else wrote a register of the bench');
      times.push(performance.now() - began);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: inFlight }, (_, at) => one(at)));
  const seconds = (performance.now() - began) / 1_000;
  return {
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    perSecond: times.length / seconds,
  };
}
