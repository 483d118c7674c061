import type { Clock } from '#kernel/clock.ts';
import { Fifo } from '#kernel/fifo.ts';
import { Allowance } from '#kernel/scheduler/allowance.ts';

/** Of each turn of the event loop. */
const TURN_MS = 1;
/** That may wait, with what each takes besides. */
const MOST_BYTES = 4 << 20;
const EACH_BYTES = 256;

const SOON = Promise.resolve();

/** A message in memory of its own. */
export interface Kept<Message> {
  readonly message: Message;
  readonly bytes: number;
}

/**
 * What one who is not trusted wants done, and others need not wait for: of many such messages some are done in a turn of the
 * event loop, in order, and whatever else comes overtakes those that wait.
 */
export class Backlog<Message> {
  readonly #clock: Clock;
  readonly #done: (message: Message) => void;
  readonly #allowance: Allowance;
  readonly #waiting = new Fifo<Kept<Message>>();
  #bytes = 0;
  #room: PromiseWithResolvers<void> | undefined;

  /** @param done does what a message asks for */
  constructor(clock: Clock, done: (message: Message) => void) {
    this.#clock = clock;
    this.#done = done;
    this.#allowance = new Allowance(clock, TURN_MS);
  }

  /** Whether one more has to wait: others do, or as much has been done in this turn as there is time for. */
  get isBehind(): boolean {
    return this.#waiting.size > 0 || this.#allowance.isOver(this.#clock.now());
  }

  /** @returns where no more than this is to wait: until when */
  add(kept: Kept<Message>): Promise<void> | undefined {
    if (this.#waiting.size === 0) this.#clock.soon(this.#run);
    this.#waiting.push(kept);
    this.#bytes += kept.bytes + EACH_BYTES;
    if (this.#bytes < MOST_BYTES) return undefined;
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  /** Nothing of it is done any more. */
  clear(): void {
    this.#waiting.clear();
  }

  /** Does the next one, and goes on once what it sets in motion has gone as far as it can: that is its work too. */
  readonly #run = (): void => {
    if (this.#waiting.size === 0) return;
    if (this.#allowance.isOver(this.#clock.now())) return this.#clock.soon(this.#run);
    this.#done(this.#take());
    void SOON.then(this.#run);
  };

  #take(): Message {
    const { message, bytes } = this.#waiting.take()!;
    this.#bytes -= bytes + EACH_BYTES;
    if (this.#bytes < MOST_BYTES / 2) {
      this.#room?.resolve();
      this.#room = undefined;
    }
    return message;
  }
}
