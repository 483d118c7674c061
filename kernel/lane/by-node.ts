/** Targets that end without a word stay; with more of them all goes by way of the node. */
const MOST = 1_024;

/**
 * Of one vTask: to whom, of those who may be in its own cell, the last request or message that went by way of the node has not been
 * heard of since. Whatever goes straight would overtake it.
 */
export class ByNode {
  /** By the target: the id of the last. What was sent before it has come once it has. */
  readonly #last = new Map<string, number>();

  #isFull = false;

  sent(target: string, id: number): void {
    if (this.#last.size >= MOST && !this.#last.has(target)) this.#isFull = true;
    else this.#last.set(target, id);
  }

  /** The target has said something of one, so it has come to it, and so has all that was sent to it before. */
  arrived(target: string, id: number): void {
    if (this.#last.get(target) === id) this.#last.delete(target);
  }

  /** It has ended: nothing is under way to it any more. */
  ended(target: string): void {
    this.#last.delete(target);
  }

  isUnderWay(target: string): boolean {
    return this.#isFull || this.#last.has(target);
  }
}
