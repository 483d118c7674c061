import { monotonicUs, wallMs } from 'posiv:kernel/clock@0.1.0';

/** Milliseconds from an arbitrary start, with fractions; never goes back. For measuring. */
export function now(): number {
  return monotonicUs() / 1_000;
}

/** Milliseconds since 1970 by the clock of the vTask's node. */
export function wallTime(): number {
  return wallMs();
}
