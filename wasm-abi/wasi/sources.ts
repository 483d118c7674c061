/**
 * All that WASI, of either version, is made from in one instance, given by the lane. Nothing else of the machine is behind it: no files, no
 * network, no environment, no clock finer than these.
 */
export interface WasiSources {
  /** Monotonic microseconds from an arbitrary start, in steps of `clockStepUs`. */
  monotonicUs(): number;
  readonly clockStepUs: number;
  /** Milliseconds since 1970. */
  wallMs(): number;
  /** `count` bytes that nobody can guess; they are to be copied before it is asked again. */
  random(count: number): Uint8Array;
  /**
   * Resolves once `ms` have passed, or `wake` was called; `arm` is called at once, with `wake`. It may come early: who
   * waits looks again. Rejects when the vTask ends.
   */
  wait(ms: number, arm: (wake: () => void) => void): Promise<void>;
}
