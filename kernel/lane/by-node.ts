/**
 * The requests and messages of one vTask that went by way of the node to vTasks which may be in its own cell, and have not
 * been heard of since: whatever goes straight would overtake them.
 */
export class ByNode {
  readonly #ids = new Map<string, Set<number>>();

  sent(target: string, id: number): void {
    const ids = this.#ids.get(target);
    if (ids) ids.add(id);
    else this.#ids.set(target, new Set([id]));
  }

  /** The target has said something of one, so it has come to it, and so has all that was sent to it before. */
  arrived(target: string, id: number): void {
    const ids = this.#ids.get(target);
    if (!ids?.has(id)) return;
    for (const each of ids) {
      ids.delete(each);
      if (each === id) break;
    }
    if (ids.size === 0) this.#ids.delete(target);
  }

  isUnderWay(target: string): boolean {
    return this.#ids.has(target);
  }
}
