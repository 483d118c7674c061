import type { RegisterState } from '#posiv-wit/generated/p2p/registers.ts';
import type { Clock } from '../environment.ts';
import { LEASES } from './lease-record.ts';

interface Sighting {
  readonly mark: string;
  readonly at: number;
}

/** Who can tell how long ago the change of a lease had begun at the latest. */
export interface Sighted {
  /** By the clock; undefined where the change with this mark was not seen, or was seen before another one. */
  sighted(key: string, mark: Uint8Array): number | undefined;
}

/**
 * When this node's own acceptor accepted each lease. Its holder counts from before it began to write, so whoever watches may count
 * from there: nobody has to wait for the time of a lease once more from when its holder is missed. A change is known by its
 * mark and not by the version, since of two that were tried on one version another may have been chosen than was seen here.
 */
export class LeaseSightings implements Sighted {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #seen = new Map<string, Sighting>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** The acceptor has accepted this of a register. */
  accepted(key: string, { recent: [newest] }: RegisterState): void {
    if (!key.startsWith(LEASES) || newest === undefined) return;
    const mark = nameOf(newest);
    // Accepted once more, under another ballot, it is the same change still.
    if (this.#seen.get(key)?.mark !== mark) this.#seen.set(key, { mark, at: this.#clock.now() });
  }

  sighted(key: string, mark: Uint8Array): number | undefined {
    const seen = this.#seen.get(key);
    return seen?.mark === nameOf(mark) ? seen.at : undefined;
  }
}

function nameOf(mark: Uint8Array): string {
  return Buffer.from(mark).toString('hex');
}
