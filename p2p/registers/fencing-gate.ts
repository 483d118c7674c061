/**
 * What stands before something that nodes act upon, such as a path or a driver: once it has let in a token it lets in no
 * smaller one of that node. So a node that was fenced, and does not know it yet, changes nothing any more after the one
 * that took its place has come, or has shut it out.
 */
export class FencingGate {
  readonly #least = new Map<string, number>();

  /** Whether an act under the token may go on. */
  enter(node: string, token: number): boolean {
    if (token < (this.#least.get(node) ?? 0)) return false;
    this.#least.set(node, token);
    return true;
  }

  /** The node's incarnation with this token is fenced. */
  shut(node: string, token: number): void {
    this.#least.set(node, Math.max(this.#least.get(node) ?? 0, token + 1));
  }
}
