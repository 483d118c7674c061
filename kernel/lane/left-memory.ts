import type { Clock } from '#kernel/clock.ts';
import { PageReturns } from '#kernel/lane/page-returns.ts';

// What three or four vTasks of the usual size leave behind.
const COLLECT_BYTES = 16 << 20;
// Of so much the system takes its time, 200 us for each 2 MiB, and it would take it in one go when the rest is collected.
const RETURN_BYTES = 2 << 20;
// By then the stacks of those that were ended have been unwound.
const AFTER_MS = 20;
// Less waits for more to come, but not for good.
const WORTH_BYTES = 1 << 20;
const LATER_MS = 5_000;
// Some 5 ms of it nothing else of the lane runs, or 30 for each 1,000 vTasks: 1 % of its time, whatever they make and drop.
const EVERY_MS = 1_000;
const TIMES_AS_LONG = 100;
// Whoever is asked to begin does within this, or holds so much that it takes more for it to see a reason.
const BEGINS_WITHIN_MS = 50;
// Then it is to collect at once.
const MOST_ASKED = 5;
// But not for so much: it is memory of the node that nobody's quota counts.
const URGENT_BYTES = 512 << 20;
// That one collection gives back, which takes 30 to 100 us for each on the lane's thread, in one go, though nothing were in them.
const MOST_AT_ONCE = 64;

/** What one vTask has left. */
interface Held {
  readonly bytes: number;
  /** What would give it back keeps it, and of the vTask nothing else. */
  readonly steps: Iterator<number>;
}

/**
 * `begin`: has the engine begin a collection, most of which it does beside what runs; it is heard of then. `at once`: nothing runs until
 * it is over.
 */
export type Collect = (how: 'begin' | 'at once') => void;

/**
 * The memory of vTasks that have ended. The engine gives it back when it next collects the lane's small heap, which may be
 * never, and nobody's quota counts it meanwhile: so the lane has it collected. Not while the engine does so by itself, as it does where
 * many come and go.
 *
 * Where many end at once their memories are let go a few at a time, so that no collection has all of them to give back: half of them,
 * where the engine collects by itself, for it does so again as soon as many more have come and gone.
 */
export class LeftMemory {
  readonly #clock: Clock;
  readonly #returns: PageReturns;
  readonly #collect: Collect;
  readonly #held: Held[] = [];
  #heldBytes = 0;
  /** Let go since the engine was last done with a collection, and between that and the one before: what is older is gone. */
  #recent = 0;
  #older = 0;
  /** For which the engine was asked to begin: not counted any more once it says that it does. */
  #asked = 0;
  /** How often it was, and has not. */
  #timesAsked = 0;
  /** It has begun, and is not done. */
  #begun = false;
  /** It collects because it was asked to. */
  #wasAsked = false;
  /** When it may be collected again. */
  #next = -Infinity;
  /** When it is to be collected next, and what puts that off. */
  #due = Infinity;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, collect: Collect) {
    this.#clock = clock;
    this.#returns = new PageReturns(clock);
    this.#collect = collect;
  }

  /**
   * A vTask has ended that held so much.
   * @param discard begins to give that back to the system, if that can be done
   */
  left(bytes: number, discard?: () => Iterator<number> | undefined): void {
    const steps = bytes === 0 ? undefined : discard?.();
    if (steps && bytes >= RETURN_BYTES)
      return this.#returns.add(bytes, steps, (rest) => this.left(rest));
    if (steps) {
      this.#held.push({ bytes, steps });
      this.#heldBytes += bytes;
    } else this.#recent += bytes;
    this.#plan();
  }

  /** The engine begins to collect, or has done so. */
  engineCollects(what: 'begun' | 'done'): void {
    this.#begun = what === 'begun';
    this.#timesAsked = 0;
    if (this.#begun) {
      this.#wasAsked = this.#asked > 0;
      this.#asked = 0;
    }
    if (!this.#wasAsked) this.#letGo(Math.max(MOST_AT_ONCE, Math.ceil(this.#held.length / 2)));
    if (what === 'done') {
      this.#older = this.#recent + this.#asked; // some of it may have been left while it marked
      this.#recent = 0;
      this.#asked = 0;
      this.#wasAsked = false;
    }
    this.#next = Math.max(this.#next, this.#clock.now() + EVERY_MS);
    this.#cancel?.();
    this.#due = Infinity;
    this.#plan();
  }

  #plan(): void {
    const bytes = this.#bytes();
    if (bytes < WORTH_BYTES) return;
    const now = this.#clock.now();
    const isUrgent = bytes >= URGENT_BYTES;
    const when = now + (bytes < COLLECT_BYTES ? LATER_MS : AFTER_MS);
    const due = isUrgent ? when : Math.max(when, this.#next);
    if (due >= this.#due) return;
    this.#cancel?.();
    this.#due = due;
    this.#cancel = this.#clock.after(due - now, () => this.#collectNow());
  }

  #bytes(): number {
    return this.#recent + this.#older + this.#asked + this.#heldBytes;
  }

  #letGo(many: number): void {
    for (const { bytes } of this.#held.splice(0, many)) {
      this.#heldBytes -= bytes;
      this.#recent += bytes;
    }
  }

  #collectNow(): void {
    const isIgnored = this.#timesAsked === MOST_ASKED;
    if (this.#timesAsked === 0)
      this.#letGo(this.#bytes() < URGENT_BYTES ? MOST_AT_ONCE : this.#held.length);
    this.#wasAsked = isIgnored;
    this.#timesAsked = isIgnored ? 0 : this.#timesAsked + 1;
    this.#asked = isIgnored ? 0 : this.#asked + this.#recent + this.#older;
    this.#recent = 0;
    this.#older = 0;
    this.#due = Infinity;
    const begun = this.#clock.now();
    this.#collect(isIgnored ? 'at once' : 'begin');
    const ended = this.#clock.now();
    const rests = this.#asked > 0 && !this.#begun ? BEGINS_WITHIN_MS : EVERY_MS;
    this.#next = ended + Math.max(rests, TIMES_AS_LONG * (ended - begun));
    this.#plan();
  }
}
