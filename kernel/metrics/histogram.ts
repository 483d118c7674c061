/** Upper bounds in milliseconds: a lane answers in tens of microseconds, a node far away in a second. */
const BOUNDS_MS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000] as const;

/** How many times lay in which range. To add one allocates nothing. */
export class Histogram {
  readonly #counts = new Float64Array(BOUNDS_MS.length + 1);
  #sumMs = 0;

  add(ms: number): void {
    let at = 0;
    while (at < BOUNDS_MS.length && ms > BOUNDS_MS[at]!) at += 1;
    this.#counts[at]! += 1;
    this.#sumMs += ms;
  }

  get sumMs(): number {
    return this.#sumMs;
  }

  /** For each bound, in milliseconds, how many were at most so long; the last is Infinity, of all. */
  cumulative(): readonly { readonly boundMs: number; readonly count: number }[] {
    let count = 0;
    return [...BOUNDS_MS, Infinity].map((boundMs, at) => {
      count += this.#counts[at]!;
      return { boundMs, count };
    });
  }
}
