import { dialAddresses, type DialAddressesComponents } from './dial-addresses.ts';
import type { Clock } from './environment.ts';
import type { NodeId } from './node-id.ts';

const AGAIN_AFTER_MS = 60_000; // one of another cluster is not bothered more often
const MAX_REMEMBERED = 256;
const MAX_ADDRESSES = 4; // of one node, tried in turn
const MAX_AT_ONCE = 8;

export interface NeighboursComponents extends DialAddressesComponents {
  readonly clock: Clock;
}

export interface NeighboursInit {
  /** Whether there is no need to dial it: it is this node, connected, or taken out of the cluster. */
  isSettled(id: NodeId): boolean;
}

/** Dials nodes that were heard of on the local network, where anybody may claim to be one: some, and not often. */
export class Neighbours implements Disposable {
  readonly #components: NeighboursComponents;
  readonly #init: NeighboursInit;
  readonly #tried = new Map<NodeId, number>();
  readonly #closing = new AbortController();
  #dialling = 0;

  constructor(components: NeighboursComponents, init: NeighboursInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Somebody said that a node listens there. */
  heard(id: NodeId, addresses: readonly string[]): void {
    const now = this.#components.clock.now();
    if (this.#closing.signal.aborted || this.#init.isSettled(id)) return;
    const last = this.#tried.get(id);
    if (last !== undefined && now - last < AGAIN_AFTER_MS) return;
    if (this.#dialling >= MAX_AT_ONCE || !this.#remember(id, now)) return;
    this.#dialling += 1;
    void this.#dial(id, addresses.slice(0, MAX_ADDRESSES)).finally(() => {
      this.#dialling -= 1;
    });
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
  }

  /** False while too many others were tried in the last minute. */
  #remember(id: NodeId, now: number): boolean {
    for (const [each, at] of this.#tried) if (now - at >= AGAIN_AFTER_MS) this.#tried.delete(each);
    if (this.#tried.size >= MAX_REMEMBERED) return false;
    this.#tried.set(id, now);
    return true;
  }

  async #dial(id: NodeId, addresses: readonly string[]): Promise<void> {
    const isSettled = (): boolean => this.#init.isSettled(id);
    const { signal } = this.#closing;
    try {
      await dialAddresses(this.#components, id, addresses, isSettled, signal);
    } catch {
      // The log has why, and it is heard of again.
    }
  }
}
