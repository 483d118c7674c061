/** What the caller does. */
export interface RpcLoad {
  readonly warmup: number;
  readonly samples: number;
  /** Round trips of which a sample is the mean. */
  readonly batch: number;
  /** For the rates. */
  readonly requests: number;
  readonly inFlight: number;
}

/** What the caller measured. */
export interface RpcFigures {
  /** Microseconds for a round trip. */
  readonly p50: number;
  readonly p99: number;
  /** Each second, one after another: a message is sent once the last one is in the mailbox. */
  readonly messages: number;
  /** Each second, with `inFlight` of them out at once. */
  readonly requests: number;
  /** Messages each second as fast as they are taken; where a sender waits for each of its own, of `inFlight` senders. */
  readonly stream?: number;
}
