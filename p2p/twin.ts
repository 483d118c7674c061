import { PassedOnError } from './credentials/errors.ts';
import type { Clock } from './environment.ts';
import type { HelloRefusedError, PeerError } from './errors.ts';

/** Refusals that say that this node's key was used by another process since this one began, or has begun more often. */
const OF_A_TWIN: ReadonlySet<string> = new Set(['duplicate-identity', 'stale-incarnation']);
// Without such a refusal: a member that cannot be reached is dialled every five seconds, in the end.
const FORGOTTEN_AFTER_MS = 15_000;

export interface TwinInit {
  /** What a member may take to find out that a process is gone, which has ended without a word. */
  silentAfterMs(): number;
  /** Whether somebody has admitted this process, and is connected with it. */
  isLinked(): boolean;
  /** Nobody speaks of another process any more. */
  onOver(): void;
  /** There is one, and all whom this node reaches have it in its place. */
  onEnd(error: PeerError): void;
}

/**
 * Whether another process runs with the key of this node, as on a copy of its data folder. Who was started again after its machine
 * was cut off is told so too, until the others have given up what they had with it: so that time is waited for, twice. And while
 * one member admits this process, no other has it end.
 */
export class Twin implements Disposable {
  readonly #clock: Clock;
  readonly #init: TwinInit;
  #since: number | undefined;
  #cancel = (): void => {};

  constructor(clock: Clock, init: TwinInit) {
    this.#clock = clock;
    this.#init = init;
  }

  /** Whether a member has said that there is one, and none has admitted this process since. */
  get isSuspected(): boolean {
    return this.#since !== undefined;
  }

  /** A member has refused this node. */
  refused({ refusal, told }: HelloRefusedError): void {
    if (!OF_A_TWIN.has(refusal) || this.#init.isLinked()) return;
    const now = this.#clock.now();
    this.#since ??= now;
    this.#cancel();
    this.#cancel = this.#clock.after(FORGOTTEN_AFTER_MS, () => {
      this.admitted();
      this.#init.onOver();
    });
    if (now - this.#since < 2 * this.#init.silentAfterMs()) return;
    this[Symbol.dispose]();
    this.#init.onEnd(new PassedOnError(refusal, told));
  }

  /** A member has admitted this process. */
  admitted(): void {
    this.#since = undefined;
    this.#cancel();
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }
}
