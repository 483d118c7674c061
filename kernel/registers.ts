/**
 * What the nodes must agree on, such as who bears a name: registers that change by compare-and-swap. The kernel does not
 * know how they agree.
 */
export interface Registers {
  /**
   * The register's version, 0 for one that was never written, and its value, undefined for one that is empty.
   * @throws {unreachable} those that keep it cannot be reached
   */
  read(key: string): Promise<Register>;
  /**
   * Writes it if its version still is `expected`, durably before this resolves. Returns the register after the attempt.
   * @throws {unreachable} those that keep it cannot be reached; it may or may not have been written
   */
  swap(key: string, expected: number, value: Uint8Array | undefined): Promise<Swapped>;
}

export interface Register {
  readonly version: number;
  readonly value: Uint8Array | undefined;
}

/** A register after an attempt to write it. */
export interface Swapped extends Register {
  /** Whether it was this attempt that wrote it: its version is `expected + 1` then. */
  readonly written: boolean;
}
