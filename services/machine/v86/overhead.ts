/** What v86 keeps at most beside the memory that a machine was given, where it is kept. */
export const OVERHEAD_BYTES = 64 << 20;
