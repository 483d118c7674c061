import type { Clock } from '#kernel/clock.ts';
import type { VTask } from '#kernel/vtask-table.ts';

/** Of each turn of the event loop: others wait for the node meanwhile, and whoever made thousands can be ended a little later. */
const TURN_MS = 1;

export interface OrphansComponents {
  readonly clock: Clock;
  readonly end: (vtask: VTask) => void;
}

/** vTasks whose creators have ended, which are to end too: the first ones at once. */
export class Orphans {
  readonly #components: OrphansComponents;
  #waiting: VTask[] = [];
  #ending = false;

  constructor(components: OrphansComponents) {
    this.#components = components;
  }

  /** Their creator has ended. */
  add(children: readonly VTask[]): void {
    if (children.length === 0) return;
    for (const child of children) this.#waiting.push(child);
    if (this.#ending) return; // one of these has made others
    this.#ending = true;
    this.#endSome();
  }

  #endSome(): void {
    const { clock, end } = this.#components;
    const until = clock.now() + TURN_MS;
    let at = 0;
    // Those that were made by these come behind them.
    for (; at < this.#waiting.length && clock.now() <= until; at += 1) end(this.#waiting[at]!);
    this.#waiting = this.#waiting.slice(at);
    this.#ending = this.#waiting.length > 0;
    if (this.#ending) clock.soon(() => this.#endSome());
  }
}
