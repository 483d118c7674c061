/** Time, as the owner of the network tells it. */
export interface Clock {
  /** Monotonic, in milliseconds, with a fraction where the clock has one. */
  now(): number;
  /** Milliseconds since 1970. */
  wallTime(): number;
  /** Calls `run` once after so many milliseconds; the result takes it back. */
  after(ms: number, run: () => void): () => void;
}

export interface Random {
  /** Fit for keys: a first start makes the node's key of them. */
  bytes(count: number): Uint8Array;
  /** At least 0, less than 1. */
  next(): number;
}

export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}
