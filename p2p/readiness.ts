import { DisposedError, NotReadyError, describe } from './errors.ts';
import type { Clock, Logger } from './environment.ts';
import type { NodeId } from './node-id.ts';
import type { Roster } from './roster.ts';

const RETRY_MS = 1_000; // of a disk that was full: whoever made room for it says so to nobody

export interface ReadinessComponents {
  roster: Roster;
  clock: Clock;
  logger: Logger;
}

export interface ReadinessInit {
  /** No bootstrap, and a certificate that lets it found: where it belongs to no cluster it does. */
  mayFound: boolean;
  /** Whether a member was reached since the start, or found to be unreachable. */
  isTried(id: NodeId): boolean;
  /** Whether members say that another process has the key of this node, and none has admitted this one. */
  hasTwin(): boolean;
  /** Whether it was taken out of the cluster: nobody waits for its ack. */
  isRevoked(id: NodeId): boolean;
  onReady(): void;
}

/**
 * Decides when this node may act as a member; README.md has the rules and why they are enough. Once ready, a node stays
 * so until it ends.
 */
export class Readiness {
  readonly #roster: Roster;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #init: ReadinessInit;
  /** Admitted by an earlier incarnation, as the roster that was loaded says. */
  readonly #returning: boolean;
  readonly #gate = Promise.withResolvers<void>();
  #settledAck = false;
  /** Decided in this life, whether or not that is stored yet. */
  #founds = false;
  #latching = false;
  #ready = false;
  #lastRefusal: Error | undefined;
  #closed = false;
  #cancelRetry = (): void => {};

  constructor({ roster, clock, logger }: ReadinessComponents, init: ReadinessInit) {
    this.#roster = roster;
    this.#clock = clock;
    this.#logger = logger;
    this.#init = init;
    this.#returning = roster.admitted;
    this.#gate.promise.catch(() => undefined); // it may be that nobody waits
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Whether an ack of this node tells a newcomer that it has reached the cluster. */
  get settled(): boolean {
    return this.#ready || this.#returning;
  }

  /** Whether this node was ever let into its cluster, and has told those whom it knew by then of itself. */
  get joined(): boolean {
    return this.#settledAck || this.settled;
  }

  /** A member whose ack says that it is settled has acknowledged this node. */
  settledAck(): void {
    this.#settledAck = true;
  }

  /** For whoever waits in vain. */
  refused(error: Error): void {
    this.#lastRefusal = error;
  }

  /** To be called after each change of the roster, and of what was tried. */
  evaluate(): void {
    if (this.#ready || this.#latching || this.#waitsFor() !== undefined) return;
    this.#latching = true;
    this.#founds ||= this.#mayFound();
    if (this.#founds) this.#roster.found();
    else this.#roster.settle();
    this.#roster.save().then(
      () => {
        this.#ready = true;
        this.#logger.info('ready', { members: this.#roster.entries().length });
        this.#gate.resolve();
        this.#init.onReady();
      },
      (error: unknown) => {
        this.#logger.error('not ready: the roster could not be stored', {
          reason: describe(error),
        });
        if (!this.#closed) this.#cancelRetry = this.#clock.after(RETRY_MS, () => this.#retry());
      },
    );
  }

  #retry(): void {
    this.#latching = false;
    this.evaluate();
  }

  /** It will never be ready. */
  fail(error: Error): void {
    this.#gate.reject(error);
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry();
    this.#gate.reject(new DisposedError());
  }

  /** @throws {not-ready} when the signal fires {network-closed} and why it will never be ready */
  async whenReady(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => {
      const why = this.#waitsFor() ?? 'the roster is not stored yet';
      const refusal =
        this.#lastRefusal === undefined ? '' : `; last refusal: ${this.#lastRefusal.message}`;
      aborted.reject(new NotReadyError(why + refusal, signal.reason));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      await Promise.race([this.#gate.promise, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #mayFound(): boolean {
    return this.#init.mayFound && this.#others().length === 0 && this.#roster.founder === undefined;
  }

  /** What is missing; undefined when nothing is. */
  #waitsFor(): string | undefined {
    const others = this.#others();
    if (this.#founds || this.#mayFound()) return undefined;
    if (this.#returning) {
      if (this.#init.hasTwin()) return 'another process has the key of this node';
      const untried = others.filter(({ id }) => !this.#init.isTried(id));
      return untried.length === 0 ? undefined : `not tried yet: ${names(untried)}`;
    }
    if (!this.#settledAck) return 'no member of a cluster has admitted this node yet';
    const silent = others.filter(({ acked }) => !acked);
    return silent.length === 0 ? undefined : `not acknowledged by ${names(silent)}`;
  }

  #others(): readonly { id: NodeId; name: string; acked: boolean }[] {
    const { self } = this.#roster;
    return this.#roster.entries().filter(({ id }) => id !== self && !this.#init.isRevoked(id));
  }
}

function names(members: readonly { id: NodeId; name: string }[]): string {
  return members.map(({ id, name }) => `${name} (${id})`).join(', ');
}
