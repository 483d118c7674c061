/** Randomness, passed in to all that decides by it. */
export interface Random {
  /** `n` bytes that nobody can guess. */
  bytes(n: number): Uint8Array;
  /** A number in [0, 1). */
  next(): number;
}
