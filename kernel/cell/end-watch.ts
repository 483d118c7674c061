import type { Clock } from '#kernel/clock.ts';

// A lane that has computed for so long and has confirmed none of the ends that it was told of hangs in a guest. Processor
// time, since on a busy machine an innocent lane may wait long for its turn.
const HANGS_AFTER_MS = 3_000;
const LOOK_EVERY_MS = 1_000;
// A lane takes some 60 us for each, and whatever else is sent to it comes behind: one vTask may have made thousands that end with it.
const TOLD_AT_ONCE = 32;
/** A cell whose own thread does not even say how much a lane has computed for so long hangs itself. It has nothing else to do. */
export const ANSWERS_WITHIN_MS = 20_000;

export interface EndWatchComponents {
  readonly clock: Clock;
  /** Milliseconds of processor time that the lane has used. Undefined where it cannot be known now. */
  readonly usedMs: () => Promise<number | undefined>;
  /** The lane has computed for so long without coming back. */
  readonly hangs: (ms: number) => void;
  /** Nobody says how much it has computed. */
  readonly stuck: () => void;
}

/** One look after another, until all is confirmed. */
interface Round {
  cancel: (() => void) | undefined;
}

/** Has a lane end vTasks, some at a time, and watches over it until it has confirmed all of them. */
export class EndWatch {
  readonly #components: EndWatchComponents;
  /** Those that the lane has been told of. */
  readonly #ending = new Set<string>();
  /** The others, and what tells it. */
  readonly #waiting = new Map<string, () => void>();
  #confirmed = 0;
  #round: Round | undefined;

  constructor(components: EndWatchComponents) {
    this.#components = components;
  }

  /** The lane is to end this vTask. @param tell called once it is to be told so */
  end(vtid: string, tell: () => void): void {
    this.#waiting.set(vtid, tell);
    this.#tellSome();
    if (!this.#round) void this.#watch((this.#round = { cancel: undefined }));
  }

  /** It has done so, whether it was told to or not. */
  confirm(vtid: string): void {
    this.#waiting.delete(vtid);
    if (this.#ending.delete(vtid)) this.#confirmed += 1;
    this.#tellSome();
    if (this.#ending.size === 0) this.close();
  }

  close(): void {
    this.#round?.cancel?.();
    this.#round = undefined;
  }

  #tellSome(): void {
    if (this.#ending.size >= TOLD_AT_ONCE) return;
    for (const [vtid, tell] of this.#waiting) {
      this.#waiting.delete(vtid);
      this.#ending.add(vtid);
      tell();
      if (this.#ending.size >= TOLD_AT_ONCE) return;
    }
  }

  async #watch(round: Round): Promise<void> {
    const since = this.#confirmed;
    const before = await this.#used();
    if (before !== undefined) this.#lookLater(round, since, before);
  }

  #lookLater(round: Round, since: number, before: number): void {
    if (this.#round !== round) return;
    const { clock } = this.#components;
    round.cancel = clock.after(LOOK_EVERY_MS, () => void this.#look(round, since, before));
  }

  async #look(round: Round, since: number, before: number): Promise<void> {
    const now = await this.#used();
    if (this.#round !== round || now === undefined) return;
    if (this.#confirmed > since) this.#lookLater(round, this.#confirmed, now); // of thousands each takes its time
    else if (now - before < HANGS_AFTER_MS) this.#lookLater(round, since, before);
    else this.#components.hangs(now - before);
  }

  async #used(): Promise<number | undefined> {
    const { clock, usedMs, stuck } = this.#components;
    const cancel = clock.after(ANSWERS_WITHIN_MS, stuck);
    const used = await usedMs();
    cancel();
    return used;
  }
}
