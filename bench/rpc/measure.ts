import { percentile } from '../report/statistics.ts';
import type { RpcFigures, RpcLoad } from './figures.ts';

/** A way between two ends, whatever system it is of. */
export interface Channel {
  /** Sends 64 bytes to the other end, which sends them back. */
  call(): Promise<unknown>;
  /** Sends so many messages of 64 bytes; resolves once the other end has said that it has all of them. */
  stream(count: number): Promise<void>;
}

/** Takes the same figures of any system as the guests take of this one. */
export async function measure(
  channel: Channel,
  { warmup, samples, requests, inFlight }: RpcLoad,
): Promise<RpcFigures> {
  for (let i = 0; i < warmup; i++) await channel.call();
  const us: number[] = [];
  const begin = performance.now();
  for (let i = 0; i < samples; i++) {
    const start = performance.now();
    await channel.call();
    us.push((performance.now() - start) * 1_000);
  }
  const messages = perSecond(samples, begin);
  let left = requests;
  const caller = async (): Promise<void> => {
    while (left-- > 0) await channel.call();
  };
  const callsBegin = performance.now();
  await Promise.all(Array.from({ length: inFlight }, caller));
  const answered = perSecond(requests, callsBegin);
  const streamBegin = performance.now();
  await channel.stream(requests);
  return {
    p50: percentile(us, 0.5),
    p99: percentile(us, 0.99),
    messages,
    requests: answered,
    stream: perSecond(requests, streamBegin),
  };
}

function perSecond(count: number, since: number): number {
  return (count * 1_000) / (performance.now() - since);
}
