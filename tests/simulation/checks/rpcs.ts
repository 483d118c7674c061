import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';

/** Errors by which the target has never seen the request, and never will. */
const NEVER_SEEN = new Set<ErrorCode['tag']>([
  'no-such-task',
  'refused',
  'mailbox-full',
  'would-deadlock',
  'quota-exceeded',
]);

/** Every request is carried out at most once, exactly once if it was answered, and not at all if it was refused. */
export class Rpcs {
  readonly #fault: (what: string) => void;
  readonly #carriedOut = new Map<number, string>();
  readonly #refused = new Map<number, string>();

  constructor(fault: (what: string) => void) {
    this.#fault = fault;
  }

  carriedOut(id: number, by: string): void {
    const before = this.#carriedOut.get(id);
    if (before !== undefined) this.#fault(`request ${id} was carried out by ${before} and ${by}`);
    const refused = this.#refused.get(id);
    if (refused !== undefined)
      this.#fault(`request ${id} was carried out after its caller was told ${refused}`);
    this.#carriedOut.set(id, by);
  }

  answered(id: number, by: string): void {
    const was = this.#carriedOut.get(id);
    if (was !== by) this.#fault(`request ${id} to ${by} was answered, and carried out by ${was}`);
  }

  failed(id: number, error: ErrorCode['tag']): void {
    if (!NEVER_SEEN.has(error)) return;
    if (this.#carriedOut.has(id))
      this.#fault(`request ${id} was carried out, its caller told ${error}`);
    this.#refused.set(id, error);
  }
}
