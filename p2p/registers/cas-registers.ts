import {
  RegisterFencedError,
  RegisterRefusedError,
  RegisterUnavailableError,
  RegisterUnknownError,
} from './errors.ts';
import type { Decide, Outcome } from './outcome.ts';
import type { Proposer } from './proposer.ts';
import { CONFIGURATION_KEY } from './reconfiguration.ts';
import type { Register } from './register-state.ts';

const FAILURES = {
  unavailable: RegisterUnavailableError,
  unknown: RegisterUnknownError,
  fenced: RegisterFencedError,
};

/** A register after an attempt to write it. */
export interface Swapped extends Register {
  /** Whether it was this attempt that wrote it. */
  readonly written: boolean;
}

export interface CasRegistersInit {
  /** For one operation. Default 5,000. */
  readonly timeoutMs?: number;
}

/** Registers as the kernel asks for them (`kernel/registers.ts`), by consensus. */
export class CasRegisters {
  readonly #proposer: Pick<Proposer, 'change' | 'read'>;
  readonly #timeoutMs: number;

  constructor(
    proposer: Pick<Proposer, 'change' | 'read'>,
    { timeoutMs = 5_000 }: CasRegistersInit = {},
  ) {
    this.#proposer = proposer;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The register as it was at some moment since the call.
   * @throws {register-unavailable} {register-fenced} {register-refused} {registers-busy}
   */
  async read(key: string): Promise<Register> {
    assertOpen(key);
    return (await this.#answer(key, this.#proposer.read(key, this.#timeoutMs))).register;
  }

  /**
   * Writes it if its version still is `expected`. Gives the register after the attempt.
   * @throws {register-unavailable} it was not written {register-unknown} it may have been, or be later
   * @throws {register-fenced} neither was it, nor will it be {register-refused} {registers-busy}
   */
  async swap(key: string, expected: number, value: Uint8Array | undefined): Promise<Swapped> {
    assertOpen(key);
    const decide: Decide = ({ version }) => (version === expected ? { value } : undefined);
    const { register, written } = await this.#answer(
      key,
      this.#proposer.change(key, decide, this.#timeoutMs),
    );
    return { ...register, written };
  }

  async #answer(key: string, asked: Promise<Outcome>): Promise<Extract<Outcome, { tag: 'ok' }>> {
    const outcome = await asked;
    if (outcome.tag === 'ok') return outcome;
    throw new FAILURES[outcome.tag](key);
  }
}

/** @throws {register-refused} */
function assertOpen(key: string): void {
  if (key === CONFIGURATION_KEY)
    throw new RegisterRefusedError(
      'the configuration of the acceptors is changed by reconfiguring',
    );
}
