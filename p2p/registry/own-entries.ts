import { Holding } from './holding.ts';
import { isSame } from './record.ts';

const TOMBSTONE_MS = 60_000; // who was away for longer gets the whole
const MAX_TOMBSTONES = 1_024;

/** What this node tells of itself. */
export class OwnEntries {
  readonly holding: Holding;
  readonly #now: () => number;
  /** Of what was taken back, in the order in which it was. */
  readonly #tombstones: { readonly version: number; readonly at: number }[] = [];

  constructor(incarnation: number, now: () => number) {
    this.holding = new Holding(incarnation);
    this.#now = now;
  }

  /**
   * From now on these are its entries, and no others.
   * @returns the keys that changed
   */
  replace(entries: ReadonlyMap<string, Uint8Array>): string[] {
    const { holding } = this;
    const changed: string[] = [];
    for (const [key, value] of entries) {
      if (isSame(holding.get(key), value)) continue;
      holding.set(key, value);
      changed.push(key);
    }
    const gone: string[] = [];
    for (const [key, { value }] of holding.entries())
      if (value !== undefined && !entries.has(key)) gone.push(key);
    for (const key of gone) {
      holding.set(key, undefined);
      this.#tombstones.push({ version: holding.version, at: this.#now() });
      changed.push(key);
    }
    return changed;
  }

  /** Forgets what was taken back long ago. */
  forget(): void {
    const before = this.#now() - TOMBSTONE_MS;
    let floor = 0;
    while (this.#tombstones.length > 0) {
      const { version, at } = this.#tombstones[0]!;
      if (at > before && this.#tombstones.length <= MAX_TOMBSTONES) break;
      floor = version;
      this.#tombstones.shift();
    }
    this.holding.forget(floor);
  }
}
