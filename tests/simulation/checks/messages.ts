import type { Fate } from './watches.ts';

/**
 * Messages between one pair are handled in the order of sending, none twice, and none that was taken is lost, but for the last
 * ones of a sender whose node was lost.
 */
export class Messages {
  readonly #fault: (what: string) => void;
  readonly #handled = new Map<string, number[]>();
  readonly #taken = new Map<string, number[]>();

  constructor(fault: (what: string) => void) {
    this.#fault = fault;
  }

  handled(sender: string, target: string, number: number): void {
    const all = listIn(this.#handled, `${sender} ${target}`);
    const last = all.at(-1) ?? 0;
    if (number <= last)
      this.#fault(`${target} handled message ${number} of ${sender} after ${last}`);
    all.push(number);
  }

  /** The sender was told that it is in the target's mailbox, or that room is kept for it there. */
  taken(sender: string, target: string, number: number): void {
    listIn(this.#taken, `${sender} ${target}`).push(number);
  }

  /** Once nothing is under way any more. */
  finish(isAlive: (vtid: string) => boolean, fateOf: (vtid: string) => Fate): void {
    for (const [pair, numbers] of this.#taken) {
      const [sender, target] = pair.split(' ') as [string, string];
      if (!isAlive(target)) continue;
      const all = this.#handled.get(pair) ?? [];
      const handled = new Set(all);
      // What had not left its node went with it.
      const upTo = fateOf(sender) === 'lost' ? (all.at(-1) ?? 0) : Infinity;
      for (const number of numbers)
        if (number <= upTo && !handled.has(number))
          this.#fault(`message ${number} of ${sender} was taken by ${target} and never handled`);
    }
  }
}

function listIn(map: Map<string, number[]>, key: string): number[] {
  const known = map.get(key) ?? [];
  map.set(key, known);
  return known;
}
