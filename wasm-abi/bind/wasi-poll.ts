import type { WasiSources } from '../wasi/sources.ts';
import { ERRNO, WasiMemory } from './wasi-memory.ts';

const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
const CLOCK = 0;
const ABSOLUTE = 1;
const REALTIME = 0;
const NS_PER_MS = 1e6;

/** A program waits for a clock or two and some descriptors. */
const MAX_SUBSCRIPTIONS = 1_024;

/**
 * WASI's way to sleep: the instance's stack is suspended until the first clock has come that far. Descriptors are always
 * ready, since nothing can be waited for behind them.
 */
export function pollOneoff(
  memory: () => WebAssembly.Memory,
  sources: WasiSources,
): (
  subscriptions: number,
  events: number,
  count: number,
  stored: number,
) => number | Promise<number> {
  return (subscriptions, events, count, stored) => {
    const view = new WasiMemory(memory());
    if (count === 0 || count >>> 0 > MAX_SUBSCRIPTIONS) return ERRNO.inval;
    const all = Array.from({ length: count }, (_, index) =>
      readSubscription(view, subscriptions + index * SUBSCRIPTION_BYTES, sources),
    );
    const wait = Math.min(...all.map((each) => each.waitMs));
    const finish = (): number => {
      const out = new WasiMemory(memory());
      const ready = all.filter((each) => each.waitMs <= wait);
      for (const [index, each] of ready.entries()) {
        const at = events + index * EVENT_BYTES;
        out.clear(at, EVENT_BYTES);
        out.setU64(at, each.userdata);
        out.setU8(at + 10, each.type);
      }
      out.setU32(stored, ready.length);
      return ERRNO.success;
    };
    if (wait <= 0) return finish();
    return sources.wait(wait, () => undefined).then(finish); // it may wake early, which programs must expect
  };
}

interface Subscription {
  readonly userdata: bigint;
  readonly type: number;
  readonly waitMs: number;
}

function readSubscription(view: WasiMemory, at: number, sources: WasiSources): Subscription {
  const userdata = view.u64(at);
  const type = view.u8(at + 8);
  if (type !== CLOCK) return { userdata, type, waitMs: 0 };
  const clock = view.u32(at + 16);
  const timeout = Number(view.u64(at + 24)) / NS_PER_MS;
  if ((view.u16(at + 40) & ABSOLUTE) === 0) return { userdata, type, waitMs: timeout };
  const now = clock === REALTIME ? sources.wallMs() : sources.monotonicUs() / 1_000;
  return { userdata, type, waitMs: Math.max(0, timeout - now) };
}
