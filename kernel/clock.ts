/** Time, passed in to all that decides by it. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary start, with fractions. */
  now(): number;
  /** Milliseconds since 1970. Never used to decide, only to tell people. */
  wallTime(): number;
  /** Calls `fn` once after `ms` milliseconds. Returns what cancels it. */
  after(ms: number, fn: () => void): () => void;
  /** Calls `fn` once in the next turn of the event loop, after what has arrived has been read. */
  soon(fn: () => void): void;
}
