import { percentile } from '../report/statistics.ts';

export interface PingFigures {
  /** Microseconds of one round trip at a time. */
  readonly p50: number;
  readonly p99: number;
  /** There and back each second, with many on their way. */
  readonly perSecond: number;
}

export interface PingLoad {
  readonly samples: number;
  readonly messages: number;
  readonly inFlight: number;
}

/** Sends what is answered, and takes the time. */
export class Pings {
  readonly #send: (count: number) => void;
  #waits = 0;
  #resolve: (() => void) | undefined;

  /** @param send sends so many, at once */
  constructor(send: (count: number) => void) {
    this.#send = send;
  }

  /** One of those that were sent has been answered. */
  answered(): void {
    this.#waits -= 1;
    if (this.#waits === 0) this.#resolve?.();
  }

  /** Sends so many at once, and waits for all of their answers. */
  async roundTrip(count = 1): Promise<void> {
    const done = new Promise<void>((resolve) => (this.#resolve = resolve));
    this.#waits = count;
    this.#send(count);
    await done;
  }

  async measure({ samples, messages, inFlight }: PingLoad): Promise<PingFigures> {
    const us: number[] = [];
    for (let n = 0; n < samples; n++) {
      const start = performance.now();
      await this.roundTrip();
      us.push((performance.now() - start) * 1_000);
    }
    const start = performance.now();
    for (let sent = 0; sent < messages; sent += inFlight) await this.roundTrip(inFlight);
    const perSecond = messages / ((performance.now() - start) / 1_000);
    return { p50: percentile(us, 0.5), p99: percentile(us, 0.99), perSecond };
  }
}
