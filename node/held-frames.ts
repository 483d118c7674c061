// As much as a peer connection queues in an eighth: a node that may not act for seconds has little to say.
const MAX_BYTES = 4 * 1024 * 1024;
/** With what must be heard. */
export const MAX_PROMISED_BYTES = 8 * 1024 * 1024;

/** Frames for other nodes that must not leave yet, each node's in order. */
export class HeldFrames {
  readonly #byNode = new Map<string, Uint8Array[]>();
  #bytes = 0;

  /**
   * Keeps a copy of a frame; false if no more is kept.
   * @param promised see `Peers.send`: there is more room for it
   */
  hold(node: string, frame: Uint8Array, promised = false): boolean {
    if (this.#bytes + frame.length > (promised ? MAX_PROMISED_BYTES : MAX_BYTES)) return false;
    this.#bytes += frame.length;
    const held = this.#byNode.get(node);
    if (held === undefined) this.#byNode.set(node, [frame.slice()]);
    else held.push(frame.slice());
    return true;
  }

  /** What was held for each node, which is held no longer. */
  take(): ReadonlyMap<string, readonly Uint8Array[]> {
    const taken = new Map(this.#byNode);
    this.#byNode.clear();
    this.#bytes = 0;
    return taken;
  }

  /** Forgets what was to go to a node. */
  drop(node: string): void {
    for (const frame of this.#byNode.get(node) ?? []) this.#bytes -= frame.length;
    this.#byNode.delete(node);
  }

  get isEmpty(): boolean {
    return this.#byNode.size === 0;
  }
}
